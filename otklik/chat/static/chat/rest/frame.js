// The frame, and what it and the page tell each other. Only the frame is heard, and only our server's is told.

function connect(inside) {
  const watch = settle(inside, () => {
    inside.drop();
    inside.load();
  });
  const { id, prefix, setup, text, languages, panel } = inside.now;
  const origin = new URL(inside.base).origin;
  const life = new AbortController();
  const nameTab = tabOf(inside);
  const trail = trailOf(inside);
  const preview = previewOf(inside);
  const title = titleOf();
  let isReady = false;

  const query = `key=${encodeURIComponent(id)}&lang=${encodeURIComponent(languages.slice(0, 9).join())}`;
  const src = `${inside.base}widget/frame/?${query}#${encodeURIComponent(location.origin)}`;
  const frame = inside.make('iframe', { id: 'chatra__iframe', title: text.chat, src, allow: 'autoplay' });
  // The frame reports before its load event; an error page never does.
  frame.onload = () => isReady || inside.later(inside.unreachable, 1500);
  listen(window, 'message', hear);
  listen(window, 'storage', ({ key, newValue: value }) => {
    if (String(key).startsWith(prefix)) post('stored', { name: key.slice(prefix.length), value });
  });
  listen(document, 'visibilitychange', () => document.hidden || title.takeOff());
  panel.append(frame);
  if (inside.now.isOpen) keepOpen(true);

  function listen(target, name, act) {
    target.addEventListener(name, act, { signal: life.signal });
  }

  function options() {
    const { setup, data, isPlaced } = inside.now;
    const groupId = 'groupId' in setup ? setup.groupId : window.ChatraGroupID;
    return {
      clientId: setup.clientId, groupId, colors: setup.colors, locale: setup.locale, squarePictures: setup.squarePictures,
      integration: data, injected: isPlaced,
    };
  }

  // Many browsers close storage to a frame of another site: then the page keeps for it.
  function allKept(area) {
    const found = {};
    try {
      for (const key in window[area]) if (key.startsWith(prefix)) found[key.slice(prefix.length)] = window[area][key];
    } catch { /* closed here, too */ }
    return found;
  }

  const details = {
    options,
    trail,
    automatic: () => ({ messages: inside.now.automatic }),
    start: () => Object.assign(options(), trail(), {
      open: inside.now.isOpen, focus: inside.now.wantsFocus, automatic: inside.now.automatic,
      lasting: allKept('localStorage'), ofTab: allKept('sessionStorage'),
    }),
  };

  const heard = {
    ready({ look }) {
      const wasOpen = inside.kept('sessionStorage', 'open') && inside.isKnown();
      if (wasOpen && !inside.now.isOpen && !inside.isPhone() && !setup.startHidden) inside.open(false);
      isReady = true;
      // A button that changes its form under the pointer would be worse than one in the standard form.
      inside.wear(Object.assign({}, look, { buttonStyle: setup.buttonStyle, buttonPosition: setup.buttonPosition }));
      inside.ready();
      const { isOpen, wantsFocus } = inside.now;
      if (wantsFocus) frame.focus();
      post('start', details.start());
      if (isOpen) count('opened');
    },
    close: inside.minimize,
    unread({ count }) {
      inside.count(count);
      title.count(count);
      if (!count) preview.hide();
    },
    preview(given) {
      title.call();
      preview.show(given);
    },
    store({ area, name, value }) {
      inside.kept(area, name, value);
      if (name === 'known') keepOpen(inside.now.isOpen);
    },
    message({ message }) {
      if (setup.onNewMessage) inside.guarded(() => setup.onNewMessage(message));
      count('answered');
    },
    event: ({ name }) => count(name),
    away: ({ isAway }) => nameTab(isAway),
  };

  function count(name) {
    tellCounters(setup, inside.guarded, name);
  }

  function hear(event) {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    inside.guarded(() => Object.hasOwn(heard, event.data.otklik) && heard[event.data.otklik](event.data));
  }

  /** The next page opens it again for those who have written. */
  function keepOpen(isOpen) {
    inside.kept('sessionStorage', 'open', isOpen && inside.isKnown() ? '1' : null);
  }

  function post(type, detail) {
    // A round trip through JSON drops functions, which a message cannot carry.
    if (isReady) frame.contentWindow.postMessage(JSON.parse(JSON.stringify(Object.assign({ otklik: type }, detail))), origin);
  }

  return {
    tell(type, detail) {
      if (type === 'open' && isReady) {
        if (detail.focus) frame.focus();
        count('opened');
      }
      if (type === 'open') preview.hide();
      if (type === 'open' || type === 'close') keepOpen(type === 'open');
      post(type, details[type] ? details[type]() : detail);
    },
    end() {
      nameTab(false);
      life.abort();
      watch.disconnect();
      preview.end();
      title.takeOff();
      frame.remove();
    },
  };
}

window.Chatra.connect(connect, '/* css */');
