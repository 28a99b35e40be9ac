// The button, and the panel in which the frame will be.

function make(tag, attributes, parent) {
  const element = document.createElementNS(`http://www.w3.org/${/svg|path/.test(tag) ? '2000/svg' : '1999/xhtml'}`, tag);
  mark(element, attributes);
  if (parent) parent.append(element);
  return element;
}

function mark(element, attributes) {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
}

// A constructed sheet and element.style pass a strict policy of the page; a style element would not.
function addStyles(styles) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch { // browsers before constructed sheets
    make('style', {}, document.head).textContent = styles;
  }
}

function build() {
  root = make('div', { id: 'chatra', dir: 'ltr' });
  button = null;
  if (!setup.customWidgetButton) {
    button = make('button', { id: 'chatra__button', type: 'button', 'aria-controls': 'chatra__iframe-wrapper' }, root);
    label = isTab()
      ? make('span', { dir: 'auto' }, button)
      : make('path', {}, make('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, button));
    badge = make('span', { id: 'chatra__badge', 'aria-hidden': true }, button);
    button.onpointerenter = button.onfocus = load;
    button.onclick = toggle;
  }
  panel = make('div', { id: 'chatra__iframe-wrapper', role: 'dialog', 'aria-label': text.chat }, root);
  note = make('p', { id: 'chatra__note', role: 'status', dir: 'auto' }, panel);
  note.textContent = '…';
}

// Whether there is a place for it in the page, the rest knows.
const isHidden = () => (setup.mode === 'frame' ? !connect : setup.startHidden);
const isTab = () => setup.buttonStyle === 'tab';

/** Where the button is: a side of the window and a position on it. Tabs of phones are at the bottom. */
function position() {
  const wanted = /^(b[lcr]|[lr][tmb])$/.test(setup.buttonPosition) ? setup.buttonPosition : 'br';
  return isTab() && isPhone() && wanted[0] !== 'b' ? `b${wanted[0]}` : wanted;
}

function dress() {
  const sides = { b: 'bottom', c: 'center', l: 'left', m: 'middle', r: 'right', t: 'top' };
  const [side, pos] = position();
  root.className = [
    'webkit', `side-${sides[side]}`, `pos-${sides[pos]}`, `style-${isTab() ? 'tab' : 'round'}`, isPhone() && 'mobile-widget',
    isOpen && 'expanded', isReady && 'ready', isPlaced && 'frame', isHidden() ? 'hidden' : 'visible',
  ].filter(Boolean).map((name) => `chatra--${name}`).join(' ');
  const style = (name, value) => root.style.setProperty(name, value || '');
  const size = (name, value, low, high) => style(name, value > 0 && `${Math.max(low, Math.min(high, value))}px`);
  size('--size', isTab() ? 0 : setup.buttonSize, 40, 100);
  size('--width', setup.chatWidth, 275, 500);
  size('--height', setup.chatHeight, 350, 700);
  style('z-index', setup.zIndex);
  const colors = setup.colors || {};
  for (const [name, color] of [['--bg', colors.buttonBg], ['--fg', colors.buttonText]]) {
    style(name, window.CSS.supports('color', color) && color);
  }
  window.Chatra._chatExpanded = isOpen;
  if (!button) return;
  const worn = getComputedStyle(button);
  const [ground, ink] = [worn.backgroundColor, worn.color].map(light);
  if (Math.max(ground / ink, ink / ground) < 4.5) style('--fg', ground > 0.23 ? '#000' : '#fff');
  const said = (setup.locale || {}).customStrings || {};
  const name = (isPhone() && said.mobile_chatWithUs) || said.chatWithUs;
  if (isTab()) label.textContent = name || text.chat;
  else mark(label, { d: isOpen ? 'M6 9.5l6 6 6-6' : 'M12 4a8 8 0 1 1-4 15l-4 1 1-4a8 8 0 0 1 7-12z' });
  mark(button, {
    'aria-expanded': isOpen,
    'aria-label': isOpen ? text.close : (name || text.open) + (unread ? `. ${text.unread} ${unread}` : ''),
  });
  badge.textContent = isOpen || !unread ? '' : unread > 99 ? '99+' : unread;
}

/** Relative luminance plus 0.05 of a colour as computed, near enough to tell what can be read. */
function light(color) {
  // Of what is not in the page nothing is computed.
  const parts = (color.match(/[\d.]+/g) || []).slice(0, 3);
  return parts.reduce((sum, part, i) => sum + [0.2126, 0.7152, 0.0722][i] * (part / 255) ** 2.2, 0.05);
}
