// Which tabs hold a stream. A browser opens six connections to a host, and each stream keeps one for itself: the seventh
// tab would load nothing. So the tabs tell each other when somebody looked at them last. Those in sight and the latest
// few hold a stream; the others sleep, and fetch what they missed as soon as somebody looks at them.
const HOLDERS = 3;
const BEAT = 60_000;
// Tabs in the background act once a minute; one that says nothing for longer is gone, or frozen.
const SILENCE = 150_000;
// So long a tab that opens in the background waits to hear of the others.
const ANSWERED = 300;

// Not crypto.randomUUID: without https there is none.
const me = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
const others = new Map();
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("otklik-streams") : null;
const inSight = () => document.visibilityState === "visible";

// Of those that nobody has looked at yet, the earlier come first.
let seen = inSight() ? Date.now() : -Date.now();
// After it has said so a page is told once more that it is out of sight.
let isGone = false;
let onChange = () => {};
let onNews = () => {};

const isLater = (id, other) => other.seen > seen || (other.seen === seen && id > me);

/** Whether this tab is one of those that hold a stream. */
export const isMine = () => inSight() || [...others].filter(([id, other]) => isLater(id, other)).length < HOLDERS;

/** `changed`: called when `isMine` may have changed. `news`: called with what other tabs pass on. */
export function follow(changed, news) {
  onChange = changed;
  onNews = news;
  setTimeout(changed, inSight() ? 0 : ANSWERED);
}

/** Tells the sleeping tabs what the stream of this one said. */
export const passOn = (news) => channel?.postMessage({ id: me, news });

function say(more = {}) {
  channel?.postMessage({ id: me, seen, isGone, ...more });
}

function hear({ data }) {
  if (data.news) {
    onNews(data.news);
    return;
  }
  if (data.isGone) others.delete(data.id);
  else others.set(data.id, { seen: data.seen, at: Date.now() });
  if (data.asks) say();
  onChange();
}

function come({ persisted }) {
  isGone = false;
  if (persisted) say({ asks: true });
}

function leave() {
  isGone = true;
  say();
}

function beat() {
  say();
  for (const [id, { at }] of others) if (Date.now() - at > SILENCE) others.delete(id);
  onChange();
}

function look() {
  if (isGone) return;
  seen = Date.now();
  say();
  onChange();
}

if (channel) {
  channel.addEventListener("message", hear);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", come);
  setInterval(beat, BEAT);
  say({ asks: true });
}
