// A chat that is a part of the page (mode 'frame'): its element by itself, its id or a selector; the first of several
// that is there. It follows its place, which frameworks bring late, take away and put back.

function placeOf(setup) {
  for (const one of setup.mode === 'frame' ? [].concat(setup.injectTo) : []) {
    try {
      const found = one instanceof Element ? one : document.getElementById(one) || document.querySelector(one);
      if (found && found.isConnected) return found;
    } catch { /* no selector */ }
  }
  return document.body;
}

/** Puts the chat where it belongs, and calls back when that is elsewhere. */
function settle(inside, act) {
  const { root, setup } = inside.now;
  const place = placeOf(setup);
  if (root.parentNode !== place) place.append(root);
  inside.placed(place !== document.body);
  const watch = new MutationObserver(() => placeOf(setup) !== root.parentNode && act());
  if (setup.mode === 'frame') watch.observe(document, { childList: true, subtree: true });
  return watch;
}
