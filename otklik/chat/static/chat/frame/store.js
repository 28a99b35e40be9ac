// What stays on the visitor's device. Browsers may close storage to a frame of another site:
// then the page's own storage keeps it, and when that is closed too, memory.

import { tell } from './bridge.js';
import { config } from './config.js';

const prefix = `otklik:${config.key}:`;

function opened(name) {
  try {
    const area = window[name];
    area.setItem(`${prefix}try`, '1');
    area.removeItem(`${prefix}try`);
    return area;
  } catch {
    return null;
  }
}

const lasting = opened('localStorage');
const ofTab = opened('sessionStorage');
let lent = new Map();

/** Takes what the page kept for a frame without storage. */
export function takeLent(stored) {
  if (lasting || !stored) return;
  try {
    lent = new Map(Object.entries(JSON.parse(stored)));
  } catch {
    lent = new Map();
  }
}

function keep(area, name, value) {
  if (!area) {
    if (value === null) lent.delete(name);
    else lent.set(name, value);
    tell('store', { value: JSON.stringify(Object.fromEntries(lent)) });
    return;
  }
  try {
    if (value === null) area.removeItem(prefix + name);
    else area.setItem(prefix + name, value);
  } catch {
    lent.set(name, value); // full: memory has to do
  }
}

function kept(area, name) {
  const value = area && area.getItem(prefix + name);
  return value ?? lent.get(name) ?? null;
}

function names(area) {
  const found = area ? Object.keys(area).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)) : [];
  return [...new Set([...found, ...lent.keys()])];
}

const of = (area) => ({
  get: (name) => kept(area, name),
  set: (name, value) => keep(area, name, value),
  remove: (name) => keep(area, name, null),
  names: () => names(area),
});

export const store = of(lasting);
export const tabStore = of(ofTab);

/** Calls back when another tab changed what lasts. */
export function onOtherTab(act) {
  window.addEventListener('storage', (event) => {
    if (event.storageArea === lasting && event.key && event.key.startsWith(prefix)) act(event.key.slice(prefix.length));
  });
}
