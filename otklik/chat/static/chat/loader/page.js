// The loader's first part: what it knows of the page and of its own script. The parts of this folder are one function
// when they are served. Nothing here may throw into the page, or need our server. Before the visitor has written, only
// his tab remembers something: the pages that it has shown.

const TEXTS = '/* texts */';
// The key and the look of the site when the script was asked for with a key.
const SITE = '/* site */';
const REST = '/* rest */';
const CSS = '/* css */';
const PHONE = '(max-width: 480px), (max-height: 420px)';
// How long the server may be silent, and how long it is left alone then, in ms.
const PATIENCE = 10000;

const isOurs = (one) => one && /\/chatra\.js([?#]|$)/.test(one.src);
const script = [document.currentScript, ...[...document.scripts].reverse()].find(isOurs);
if (!script || (window.Chatra && window.Chatra.restart)) return;
const base = new URL('.', script.src).href;

let state = 'waiting'; // then on, or off
let id, prefix, setup, first, data, text, languages, life;
let root, button, label, badge, panel, note, hasStyles;
let isOpen, isReady, isPlaced, wantsFocus, unread, pages, automatic;

const isPhone = () => matchMedia(PHONE).matches || /Mobi/.test(navigator.userAgent);
const listen = (target, name, act) => target.addEventListener(name, act, { signal: life.signal });

function guarded(act) {
  try {
    act();
  } catch (error) {
    console.warn(error);
  }
}

/** The page's own storage, which may be closed to us. */
function kept(area, name, value) {
  try {
    const store = window[area];
    if (value === undefined) return store[prefix + name];
    if (value === null) delete store[prefix + name];
    else store[prefix + name] = value;
  } catch { /* the chat works without */ }
}

/** Whoever has written something is connected with every page that he opens. */
const isKnown = () => kept('localStorage', 'known');

function pageView() {
  pages.push({ title: document.title, link: location.href, viewedAt: Date.now(), referrer: document.referrer });
  kept('sessionStorage', 'pages', JSON.stringify(pages));
  tell('trail');
  // A framework that exchanged the body has taken the chat along.
  if (!root.isConnected) document.body.append(root);
}
