// The panel opens and closes. The frame and all that is needed with it, the rest, is fetched when it is wanted.

let connect, link, part, timer;

const tell = (type, detail) => link && link.tell(type, detail);

function later(act, time) {
  clearTimeout(timer);
  timer = setTimeout(act, time);
}

function load() {
  if (link || state !== 'on') return;
  later(unreachable, PATIENCE);
  if (connect) link = connect(inside);
  else if (!part) {
    part = make('script', { src: base + REST });
    // A policy of the page may ask for it.
    part.nonce = script.nonce;
    part.onerror = unreachable;
    document.head.append(part);
  }
}

function unreachable() {
  drop();
  note.textContent = text.unreachable;
  later(load, PATIENCE);
}

function drop() {
  clearTimeout(timer);
  if (part) part.remove();
  if (link) link.end();
  part = link = null;
  isReady = false;
  dress();
}

function toggle() {
  if (isOpen) minimize();
  else open(true);
}

function open(focus) {
  setup.startHidden = false;
  wantsFocus = focus;
  isOpen = true;
  dress();
  load();
  tell('open', { focus });
}

function minimize() {
  if (isPlaced) return;
  const had = panel.contains(document.activeElement);
  isOpen = wantsFocus = false;
  dress();
  tell('close');
  if (had && button) button.focus();
}

/** What the rest sees and does here. */
const inside = {
  base, make, kept, isKnown, isPhone, later, load, drop, unreachable, open, minimize, guarded,
  get now() {
    return { id, prefix, setup, data, text, languages, root, panel, pages, automatic, isOpen, isPlaced, wantsFocus };
  },
  /** The site's look, for a page whose script was asked for without the site's key. */
  wear(look) {
    setup = dressed(look, setup);
    dress();
  },
  placed(given) {
    if (given || isPlaced) isOpen = given;
    isPlaced = given;
    dress();
  },
  ready() {
    clearTimeout(timer);
    isReady = true;
    dress();
  },
  count(given) {
    unread = given;
    dress();
  },
};
