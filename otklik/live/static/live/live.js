// <live-stream topics="task:17 employee:3">: one stream for all such elements of a page. Each change becomes a DOM event
// `live:<topic>` on the body, by which fragments refetch themselves. After every (re)connection all topics are told once:
// what changed in between is fetched then, so a page is never silently stale.
import { follow, isMine, passOn } from "./turns.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
// The server pings every 20 seconds; a cut that nobody reported is noticed by its silence.
const SILENCE = 45_000;
const SHOW_AFTER = 800;
// A burst of changes is told at once and once more at its end; lists of everything are patient.
const PAUSE = 400;
const PAUSE_OF_ALL = 2_000;
// What tabs without a stream hear of all the same: the counter in their titles.
const PASSED_ON = "employee:";

const elements = new Set();
const told = new Map();
let source = null;
let heard = "";
let wait = FIRST_WAIT;
let attempt = 0;
let retry = 0;
let silence = 0;
let shown = 0;
let isConnecting = false;
// Another tab has the turn; one that opens in the background waits to hear of the others.
let isAsleep = document.visibilityState !== "visible";

const topics = () => [...new Set([...elements].flatMap((element) => element.topics))].sort();

function tell(topic, name) {
  const pause = topic.includes(":") ? PAUSE : PAUSE_OF_ALL;
  const state = told.get(topic);
  if (state) {
    state.again = true;
    state.name = name;
    return;
  }
  told.set(topic, { again: false });
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: { name } }));
  setTimeout(() => {
    const { again, name: latest } = told.get(topic);
    told.delete(topic);
    if (again) tell(topic, latest);
  }, pause);
}

function show(state) {
  clearTimeout(shown);
  if (state === "cut") shown = setTimeout(() => elements.forEach((element) => element.show("cut")), SHOW_AFTER);
  else elements.forEach((element) => element.show(state));
}

function close() {
  attempt += 1;
  isConnecting = false;
  clearTimeout(retry);
  clearTimeout(silence);
  source?.close();
  source = null;
}

function listen() {
  clearTimeout(silence);
  silence = setTimeout(lost, SILENCE);
}

function lost() {
  close();
  show("cut");
  retry = setTimeout(connect, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

async function ticket(element, wanted) {
  const body = new URLSearchParams(wanted.map((topic) => ["topic", topic]));
  const answer = await fetch(element.dataset.ticket, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": element.dataset.token },
    signal: AbortSignal.timeout(LONGEST_WAIT),
  });
  if (answer.redirected || answer.status === 403) return null;
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).ticket;
}

async function connect() {
  close();
  const mine = attempt;
  const element = [...elements].find((one) => one.dataset.ticket);
  const wanted = topics();
  heard = wanted.join(" ");
  if (!element || wanted.length === 0 || isAsleep) return;
  isConnecting = true;
  try {
    const pass = await ticket(element, wanted);
    if (mine !== attempt) return;
    if (pass === null) {
      show("out");
      return;
    }
    open(`${element.dataset.stream}?ticket=${encodeURIComponent(pass)}`, wanted);
  } catch {
    if (mine === attempt) lost();
  } finally {
    if (mine === attempt) isConnecting = false;
  }
}

function open(address, wanted) {
  source = new EventSource(address);
  listen();
  source.addEventListener("open", (event) => {
    // The server's own first line bears the same name.
    if (event instanceof MessageEvent) return;
    wait = FIRST_WAIT;
    show("on");
    listen();
    wanted.forEach((topic) => {
      tell(topic);
      if (topic.startsWith(PASSED_ON)) passOn({ topic });
    });
  });
  source.addEventListener("ping", listen);
  source.addEventListener("change", (event) => {
    listen();
    const { topic, name } = JSON.parse(event.data);
    tell(topic, name);
    if (topic.startsWith(PASSED_ON)) passOn({ topic, name });
  });
  // The ticket is used up: the browser's own way to reconnect would only be refused.
  source.addEventListener("error", lost);
}

function refresh() {
  queueMicrotask(() => topics().join(" ") !== heard && connect());
}

function atOnce() {
  if (source === null && !isConnecting && elements.size > 0 && document.visibilityState === "visible") {
    wait = FIRST_WAIT;
    connect();
  }
}

function takeTurns() {
  if (isMine() !== isAsleep) return;
  isAsleep = !isAsleep;
  if (isAsleep) {
    close();
  } else {
    wait = FIRST_WAIT;
    connect();
  }
}

follow(takeTurns, ({ topic, name }) => isAsleep && topics().includes(topic) && tell(topic, name));
window.addEventListener("online", atOnce);
window.addEventListener("offline", () => elements.size > 0 && !isAsleep && lost());
document.addEventListener("visibilitychange", atOnce);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", (event) => event.persisted && connect());

class LiveStream extends HTMLElement {
  static observedAttributes = ["topics"];

  connectedCallback() {
    elements.add(this);
    refresh();
  }

  disconnectedCallback() {
    elements.delete(this);
    refresh();
  }

  attributeChangedCallback() {
    refresh();
  }

  get topics() {
    return (this.getAttribute("topics") ?? "").split(/\s+/).filter(Boolean);
  }

  show(state) {
    this.dataset.state = state;
    for (const line of this.querySelectorAll("[data-state]")) line.hidden = line.dataset.state !== state;
  }
}

customElements.define("live-stream", LiveStream);
