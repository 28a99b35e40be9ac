// The chat on a website's page: a round button at once, everything else when the visitor wants it.
// Plain ES2019, served as it is. Styles go through a constructed sheet and element.style, which a
// strict policy of the page lets pass. Nothing here may throw into the page or need our server.
(function () {
  'use strict';

  const TEXTS = {/* texts */};
  const ASKED_OPEN = '#chatraChatExpanded';
  const PHONE = '(max-width: 480px), (max-height: 420px)';
  const CSS = `
#chatra{--size:60px;--width:380px;--height:600px;--bg:#2f6f5e;--fg:#fff;--w:min(var(--width),100vw - 40px);--h:min(var(--height),100vh - var(--size) - 52px);position:fixed;width:var(--size);height:var(--size);z-index:1000000;font:15px/1.45 system-ui,sans-serif}
#chatra.chatra--hidden{display:none}
.chatra--side-bottom,.chatra--pos-bottom{bottom:calc(20px + env(safe-area-inset-bottom,0px))}
.chatra--side-left,.chatra--pos-left{left:20px}
.chatra--side-right,.chatra--pos-right{right:20px}
.chatra--pos-top{top:20px}
.chatra--pos-center{left:calc(50% - var(--size)/2)}
.chatra--pos-middle{top:calc(50% - var(--size)/2)}
#chatra__button{all:unset;position:absolute;inset:0;z-index:1;border-radius:50%;background:var(--bg);color:var(--fg);cursor:pointer;display:grid;place-items:center;box-shadow:0 2px 6px #0003,0 8px 24px #0003}
#chatra__button:hover{box-shadow:0 2px 6px #0006}
#chatra__button:focus-visible{outline:3px solid var(--bg);outline-offset:3px}
#chatra__button svg{grid-area:1/1;width:46%;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
#chatra__button svg+svg,.chatra--expanded #chatra__button svg{opacity:0}
.chatra--expanded #chatra__button svg+svg{opacity:1}
#chatra__badge{position:absolute;top:-3px;right:-3px;min-width:10px;padding:0 6px;border-radius:11px;border:2px solid #fff;background:#c2352b;color:#fff;font:600 12px/18px system-ui,sans-serif;text-align:center}
#chatra__badge:empty{display:none}
#chatra__iframe-wrapper{position:absolute;bottom:calc(100% + 12px);width:var(--w);height:var(--h);border-radius:16px;overflow:hidden;background:#fff;color:#4d5956;box-shadow:0 0 0 1px #0001,0 8px 48px #0004;visibility:hidden;opacity:0;transform:translateY(8px);transition:.16s}
.chatra--side-right>div,.chatra--pos-right>div{right:0}
.chatra--pos-center>div{left:calc(var(--size)/2 - var(--w)/2)}
.chatra--pos-top>div{top:calc(100% + 12px)}
.chatra--pos-middle>div{top:calc(var(--size)/2 - var(--h)/2);margin:0 calc(var(--size) + 12px)}
#chatra.chatra--expanded>div{visibility:visible;opacity:1;transform:none}
#chatra__iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:light dark;visibility:hidden}
.chatra--ready #chatra__iframe{visibility:inherit}
#chatra__note{position:absolute;inset:0;margin:0;padding:32px;display:grid;place-content:center;text-align:center}
.chatra--ready #chatra__note{display:none}
#chatra.chatra--frame{position:relative;inset:auto;width:100%;height:100%;min-height:320px;z-index:auto}
#chatra.chatra--frame>div{inset:0;width:auto;height:auto;margin:0;border-radius:0;box-shadow:none}
@media ${PHONE}{
#chatra.chatra--expanded.chatra--ready>button{visibility:hidden}
#chatra:not(.chatra--frame)>div{position:fixed;inset:0;width:100%;height:100%;margin:0;border-radius:0}
}
@media (prefers-color-scheme:dark){#chatra__iframe-wrapper{background:#171b1a;color:#b4c0bb}}
@media (prefers-reduced-motion:reduce){#chatra>div{transition:none}}
`;

  const isOurs = (one) => one && /\/chatra\.js([?#]|$)/.test(one.src);
  const script = [document.currentScript, ...[...document.scripts].reverse()].find(isOurs);
  if (!script || (window.Chatra && window.Chatra.restart)) return;
  const base = new URL('.', script.src).href;
  const origin = new URL(base).origin;

  let state = 'waiting'; // then on, or off
  let waiting = [];
  let trail = { referrer: document.referrer, pages: [] };
  let id, prefix, setup, data, text, language, injected, life;
  let root, button, badge, panel, note, frame, sheet;
  let isOpen, isReady, wantsFocus, unread, timer;

  // ---- the page's own storage, which may be closed to us

  function kept(area, name, value) {
    try {
      const store = window[area];
      if (value === undefined) return store[prefix + name];
      if (value === null) delete store[prefix + name];
      else store[prefix + name] = value;
    } catch { /* the chat works without */ }
  }

  // Many browsers close storage to a frame of another site: then the page keeps for it.
  function allKept(area) {
    const found = {};
    try {
      for (const key in window[area]) if (key.startsWith(prefix)) found[key.slice(prefix.length)] = window[area][key];
    } catch { /* as above */ }
    return found;
  }

  function pageView() {
    try {
      trail = JSON.parse(kept('sessionStorage', 'trail')) || trail;
    } catch { /* a broken trail starts anew */ }
    const page = { title: document.title.slice(0, 300), link: location.href.slice(0, 2000), viewedAt: Date.now() };
    trail = { referrer: trail.referrer, pages: trail.pages.concat(page).slice(-30) };
    kept('sessionStorage', 'trail', JSON.stringify(trail));
    tell('trail', trail);
  }

  // ---- the frame

  function tell(type, detail) {
    if (!isReady) return;
    // A round trip through JSON drops functions, which a message cannot carry.
    frame.contentWindow.postMessage(JSON.parse(JSON.stringify(Object.assign({ otklik: type }, detail))), origin);
  }

  const options = () => ({
    clientId: setup.clientId, groupId: setup.groupId || window.ChatraGroupID,
    colors: setup.colors, integration: data, injected,
  });

  function load() {
    if (frame || state !== 'on') return;
    const src = `${base}widget/frame/?key=${encodeURIComponent(id)}&lang=${language}#${encodeURIComponent(location.origin)}`;
    frame = make('iframe', { id: 'chatra__iframe', title: text.chat, src });
    // The frame reports before its load event; an error page never does.
    frame.onload = () => isReady || later(unreachable, 1500);
    later(unreachable, 10000);
    panel.append(frame);
  }

  function later(act, time) {
    clearTimeout(timer);
    timer = setTimeout(act, time);
  }

  function unreachable() {
    dropFrame();
    note.textContent = text.unreachable;
    later(load, 10000);
  }

  function dropFrame() {
    clearTimeout(timer);
    if (frame) frame.remove();
    frame = null;
    isReady = false;
    dress();
  }

  const heard = {
    ready() {
      clearTimeout(timer);
      isReady = true;
      dress();
      if (wantsFocus) frame.focus();
      tell('start', Object.assign(options(), trail, { open: isOpen, focus: wantsFocus, lasting: allKept('localStorage'), ofTab: allKept('sessionStorage') }));
    },
    close: minimize,
    unread({ count }) {
      unread = count;
      dress();
    },
    store: ({ area, name, value }) => kept(area, name, value),
    message: ({ message }) => setup.onNewMessage && setup.onNewMessage(message),
  };

  function onMessage(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    guarded(() => heard[event.data.otklik](event.data));
  }

  // ---- the button and the panel

  function make(tag, attributes, parent) {
    const element = document.createElementNS(`http://www.w3.org/${/svg|path/.test(tag) ? '2000/svg' : '1999/xhtml'}`, tag);
    mark(element, attributes);
    if (parent) parent.append(element);
    return element;
  }

  function mark(element, attributes) {
    for (const name in attributes) element.setAttribute(name, attributes[name]);
  }

  function icon(path) {
    make('path', { d: path }, make('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, button));
  }

  function addStyles() {
    if (sheet) return;
    try {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    } catch { // browsers before constructed sheets
      sheet = make('style', {}, document.head);
      sheet.textContent = CSS;
    }
  }

  function build() {
    root = make('div', { id: 'chatra' });
    button = null;
    if (!injected) {
      button = make('button', { id: 'chatra__button', type: 'button', 'aria-controls': 'chatra__iframe-wrapper' }, root);
      icon('M12 4a8 8 0 1 1-4 15l-4 1 1-4a8 8 0 0 1 7-12z');
      icon('M6 9.5l6 6 6-6');
      badge = make('span', { id: 'chatra__badge', 'aria-hidden': true }, button);
      button.onpointerenter = button.onfocus = load;
      button.onclick = () => (isOpen ? minimize() : open(true));
    }
    panel = make('div', { id: 'chatra__iframe-wrapper', role: 'dialog', 'aria-label': text.chat }, root);
    note = make('p', { id: 'chatra__note', role: 'status' }, panel);
    note.textContent = '…';
  }

  function dress() {
    const sides = { b: 'bottom', c: 'center', l: 'left', m: 'middle', r: 'right', t: 'top' };
    const place = /^(b[lcr]|[lr][tmb])$/.test(setup.buttonPosition) ? setup.buttonPosition : 'br';
    const colors = setup.colors || {};
    root.className = [
      `side-${sides[place[0]]}`, `pos-${sides[place[1]]}`, 'style-round', isPhone() && 'mobile-widget', isOpen && 'expanded',
      isReady && 'ready', injected && 'frame', setup.startHidden ? 'hidden' : 'visible',
    ].filter(Boolean).map((name) => `chatra--${name}`).join(' ');
    const style = (name, value) => root.style.setProperty(name, value || '');
    const size = (name, value, low, high) => style(name, value > 0 && `${Math.max(low, Math.min(high, value))}px`);
    size('--size', setup.buttonSize, 40, 100);
    size('--width', setup.chatWidth, 275, 500);
    size('--height', setup.chatHeight, 350, 700);
    style('--bg', colors.buttonBg);
    style('--fg', colors.buttonText);
    style('z-index', setup.zIndex);
    if (injected) return;
    mark(button, { 'aria-expanded': isOpen, 'aria-label': isOpen ? text.close : text.open + (unread ? `. ${text.unread} ${unread}` : '') });
    badge.textContent = isOpen || !unread ? '' : unread > 99 ? '99+' : unread;
  }

  const isPhone = () => matchMedia(PHONE).matches || /Mobi/.test(navigator.userAgent);

  function open(focus) {
    setup.startHidden = false;
    wantsFocus = focus;
    isOpen = true;
    dress();
    kept('sessionStorage', 'open', '1');
    load();
    if (isReady && focus) frame.focus();
    tell('open', { focus });
  }

  function minimize() {
    if (injected) return;
    const had = panel.contains(document.activeElement);
    isOpen = wantsFocus = false;
    dress();
    kept('sessionStorage', 'open', null);
    tell('close');
    if (had) button.focus();
  }

  // ---- the page's wishes

  function set(name, value) {
    setup[name] = value;
    dress();
    tell('options', options());
  }

  function integrate(value) {
    data = value;
    for (const key in data) if (data[key] === null) delete data[key];
    tell('options', options());
  }

  const methods = {
    __proto__: null,
    openChat: (focus) => open(focus !== false),
    expandWidget: () => open(true),
    minimizeWidget: minimize,
    show: () => set('startHidden', false),
    hide: () => set('startHidden', true),
    pageView,
    setIntegrationData: (value) => integrate(Object.assign({}, value)),
    updateIntegrationData: (value) => integrate(Object.assign(data, value)),
    restart() {
      if (state === 'waiting') return;
      kill();
      state = 'waiting';
      waitForId(0);
    },
    kill,
  };

  ['buttonPosition', 'buttonSize', 'chatWidth', 'chatHeight', 'zIndex', 'colors', 'groupId'].forEach((name) => {
    const title = name[0].toUpperCase() + name.slice(1);
    methods[`set${title}`] = (value) => set(name, value);
    methods[`reset${title}`] = () => set(name, (window.ChatraSetup || {})[name]);
  });

  function guarded(act) {
    try {
      act();
    } catch (error) {
      console.warn('Chatra:', error);
    }
  }

  function call(args) {
    const [name, ...rest] = [...args];
    const always = name === 'kill' || name === 'restart';
    if (!methods[name]) return;
    if (state === 'on' || always) guarded(() => methods[name](...rest));
    else if (state === 'waiting') waiting.push(args);
  }

  // ---- life

  const listen = (target, name, act) => target.addEventListener(name, act, { signal: life.signal });

  function listenToLinks() {
    const asked = () => location.hash === ASKED_OPEN && open(true);
    listen(window, 'hashchange', asked);
    listen(document, 'click', (event) => {
      if (!event.target.closest || !event.target.closest(`a[href$="${ASKED_OPEN}"]`)) return;
      event.preventDefault();
      open(true);
    });
    asked();
  }

  function start() {
    prefix = `otklik:${id}:`;
    setup = Object.assign({}, window.ChatraSetup);
    data = Object.assign({}, window.ChatraIntegration);
    const phone = isPhone();
    state = (setup.mobileOnly && !phone) || (setup.disabledOnMobile && phone) ? 'off' : 'on';
    if (state === 'off') return;

    const wanted = [setup.language, document.documentElement.lang, ...navigator.languages, 'en'];
    language = wanted.map((tag) => String(tag).slice(0, 2).toLowerCase()).find((tag) => TEXTS[tag]);
    text = TEXTS[language] || {};
    const place = setup.mode === 'frame' && document.getElementById(setup.injectTo);
    injected = isOpen = !!place;
    isReady = wantsFocus = false;
    unread = 0;
    life = new AbortController();

    addStyles();
    build();
    dress();
    (place || document.body).append(root);
    pageView();
    listen(window, 'message', onMessage);
    listen(window, 'storage', ({ key, newValue: value }) => String(key).startsWith(prefix) && tell('stored', { name: key.slice(prefix.length), value }));
    if (!setup.disableChatOpenHash) listenToLinks();
    if (kept('sessionStorage', 'open') && !phone && !setup.startHidden) open(false);
    if (injected || kept('localStorage', 'known')) {
      if (document.readyState === 'complete') load();
      else listen(window, 'load', () => setTimeout(load));
    }
    waiting.splice(0).forEach(call);
  }

  function kill() {
    if (state === 'on') {
      life.abort();
      dropFrame();
      root.remove();
    }
    state = 'off';
    waiting = [];
  }

  // The page may set its globals after our tag: they are waited for a moment beyond its load.
  function waitForId(rounds) {
    id = window.ChatraID;
    if (state !== 'waiting' || rounds > 60) return;
    if (id && document.body && document.readyState !== 'loading') guarded(start);
    else setTimeout(waitForId, 50, document.readyState === 'complete' ? rounds + 1 : 0);
  }

  function Chatra() {
    call(arguments);
  }
  const queue = (window.Chatra && window.Chatra.q) || [];
  Chatra.restart = () => call(['restart']);
  // A stub that the page kept still pushes here.
  Chatra.q = { push: call };
  window.Chatra = Chatra;
  [...queue].forEach(call);
  waitForId(0);
})();
