// What stays on the visitor's device. Browsers may close storage to a frame of another site:
// then the page's own storage keeps it, and when that is closed too, memory.

import { hear, tell } from './bridge.js';
import { config } from './config.js';

// Whom the site names by clientId has a store of his own: several people may share a device.
let prefix = '';

/** The area, when the browser opens it to us. Nothing is written to try it: the visitor has not written yet. */
function opened(name) {
  try {
    const area = window[name];
    return area.length >= 0 ? area : null;
  } catch {
    return null;
  }
}

const areas = { localStorage: opened('localStorage'), sessionStorage: opened('sessionStorage') };
// What the page, or memory, keeps for us, by area.
const lent = { localStorage: new Map(), sessionStorage: new Map() };

/** Whose store it is, and what the page kept for a frame without storage. */
export function takeLent(page) {
  const owner = page.clientId ? `/${page.clientId}` : '';
  prefix = `otklik:${config.key}${owner}:`;
  for (const [area, kept] of [['localStorage', page.lasting], ['sessionStorage', page.ofTab]]) {
    if (!areas[area]) lent[area] = new Map(Object.entries(kept || {}));
  }
}

function keep(area, name, value) {
  try {
    if (value === null) areas[area].removeItem(prefix + name);
    else areas[area].setItem(prefix + name, value);
  } catch { // closed or full
    if (value === null) lent[area].delete(name);
    else lent[area].set(name, value);
    tell('store', { area, name, value });
  }
}

function kept(area, name) {
  const value = areas[area] && areas[area].getItem(prefix + name);
  return value ?? lent[area].get(name) ?? null;
}

function names(area) {
  const own = Object.keys(areas[area] || {}).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return [...new Set([...own, ...lent[area].keys()])];
}

const of = (area) => ({
  get: (name) => kept(area, name),
  set: (name, value) => keep(area, name, value),
  remove: (name) => keep(area, name, null),
  names: () => names(area),
});

export const store = of('localStorage');
export const tabStore = of('sessionStorage');

/** Calls back when another tab changed what lasts. */
export function onOtherTab(act) {
  if (!areas.localStorage) {
    hear('stored', ({ name, value }) => {
      if (value === null) lent.localStorage.delete(name);
      else lent.localStorage.set(name, value);
      act(name);
    });
    return;
  }
  window.addEventListener('storage', (event) => {
    if (event.storageArea === areas.localStorage && event.key && event.key.startsWith(prefix)) act(event.key.slice(prefix.length));
  });
}
