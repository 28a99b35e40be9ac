// Talk with the page's loader. Only the page that opened this frame is heard, and only it is told.

import { config } from './config.js';

const page = window.parent === window ? null : window.parent;
const origin = decodeURIComponent(location.hash.slice(1));
const embedder = location.ancestorOrigins && location.ancestorOrigins[0];
// A page without an origin of its own (a file, a sandbox) cannot be addressed.
const isKnown = Boolean(page) && /^https?:\/\//.test(origin) && (!embedder || embedder === origin);

export const isEmbedded = isKnown;

export function tell(type, detail = {}) {
  if (isKnown) page.postMessage({ otklik: type, ...detail }, origin);
}

export function hear(type, act) {
  window.addEventListener('message', (event) => {
    if (!isKnown || event.source !== page || event.origin !== origin) return;
    if (event.data && event.data.otklik === type) act(event.data);
  });
}

/** What the page has to say at the beginning; opened by itself the frame is an open chat of no page. */
export function begin() {
  if (!isKnown) return Promise.resolve({ open: true, focus: true, pages: [], referrer: document.referrer, injected: true });
  return new Promise((resolve) => {
    hear('start', resolve);
    tell('ready', { look: config.look });
  });
}
