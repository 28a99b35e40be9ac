// What the server wrote into the page: the site, the language and every text. The page may say some in other words.

export const config = JSON.parse(document.getElementById('widget-config').textContent);

/** A text of this language with its {names} filled in. */
export function text(name, values = {}) {
  return config.texts[name].replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

/** The wait before the next try, in ms: growing, bounded, and never the same for all visitors at once. */
export function backoff(tries) {
  return Math.min(30000, 1000 * 2 ** Math.min(tries - 1, 5)) * (0.75 + Math.random() / 2);
}
