// Beginning and end: the page's globals may come after our tag, and the page may start the chat again with others.

const ASKED_OPEN = '#chatraChatExpanded';

function listenToPage() {
  const own = setup.customWidgetButton;
  const link = setup.disableChatOpenHash ? '' : `a[href$="${ASKED_OPEN}"]`;
  const asked = () => link && location.hash === ASKED_OPEN && open(true);
  listen(window, 'hashchange', asked);
  listen(document, 'click', (event) => guarded(() => {
    const met = (selector) => selector && event.target.closest(selector);
    const isLink = met(link);
    if (!isLink && !met(own)) return;
    event.preventDefault();
    if (isLink) open(true);
    else toggle();
  }));
  asked();
}

/** The site's look, and what the page wants otherwise. */
const dressed = (look, wish) => Object.assign({}, look, wish, { colors: Object.assign({}, look.colors, wish.colors) });

function start() {
  const look = SITE.key === id ? SITE.look : {};
  setup = dressed(look, window.ChatraSetup || {});
  // Some pages give the language there.
  if (typeof setup.locale === 'string') setup.language = setup.locale;
  first = Object.assign({}, setup);
  prefix = `otklik:${id}${setup.clientId ? '/' + setup.clientId : ''}:`;
  data = Object.assign({}, window.ChatraIntegration);
  const phone = isPhone();
  state = (setup.mobileOnly && !phone) || (setup.disabledOnMobile && phone) ? 'off' : 'on';
  if (state === 'off') return;

  languages = [setup.language, document.documentElement.lang, ...navigator.languages, 'en'].filter(Boolean).map(String);
  text = TEXTS[languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => TEXTS[tag])];
  isOpen = isReady = isPlaced = wantsFocus = false;
  unread = 0;
  pages = [];
  guarded(() => pages = JSON.parse(kept('sessionStorage', 'pages') || '[]').slice(-30));
  automatic = [];
  life = new AbortController();

  if (!hasStyles) addStyles(CSS);
  hasStyles = true;
  build();
  document.body.append(root);
  dress();
  pageView();
  listenToPage();
  // `met`: he has touched the chat in this tab, and the site shows its agents who is there.
  if (setup.mode === 'frame' || isKnown() || kept('sessionStorage', 'met')) {
    if (document.readyState === 'complete') load();
    else listen(window, 'load', () => setTimeout(load));
  }
  waiting.splice(0).forEach(call);
}

function kill() {
  if (state === 'on') {
    life.abort();
    drop();
    root.remove();
  }
  state = 'off';
  waiting = [];
}

// The globals are waited for a moment beyond the page's load.
function waitForId(rounds) {
  id = window.ChatraID || SITE.key;
  if (state !== 'waiting' || rounds > 60) return;
  const isLoaded = document.readyState === 'complete';
  const isDue = (window.ChatraSetup || {}).deferredLoading ? isLoaded : document.readyState !== 'loading';
  if (id && document.body && isDue) guarded(start);
  else setTimeout(waitForId, 50, isLoaded ? rounds + 1 : 0);
}

function Chatra() {
  call(arguments);
}
const queue = (window.Chatra && window.Chatra.q) || [];
Chatra.restart = () => call(['restart']);
Chatra.connect = (given, styles) => {
  if (!connect) addStyles(styles);
  connect = given;
  load();
};
// A stub that the page kept still pushes here.
Chatra.q = { push: call };
window.Chatra = Chatra;
[...queue].forEach(call);
waitForId(0);
