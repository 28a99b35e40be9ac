// <team-line data-topic="team:5" data-me="2" data-beats="…">: which colleagues have this task before them, and who of
// them writes. Nothing of it is stored anywhere: each page tells the others from time to time, as long as it is seen.
const BEAT = 30000;
const HERE_FOR = 70000;
const WRITES_FOR = 7000;

class TeamLine extends HTMLElement {
  connectedCallback() {
    this.people = new Map();
    document.body.addEventListener(`live:${this.dataset.topic}`, this);
    document.addEventListener("visibilitychange", this);
    this.beat(true);
    this.timer = setInterval(() => this.beat(), BEAT);
    this.clock = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    clearInterval(this.clock);
    document.body.removeEventListener(`live:${this.dataset.topic}`, this);
    document.removeEventListener("visibilitychange", this);
  }

  handleEvent(event) {
    if (event.type === "visibilitychange") {
      this.beat(true);
      return;
    }
    const { detail } = event;
    // After a new connection all topics are told once, without a name.
    const mark = detail?.name ? JSON.parse(detail.name) : null;
    if (!mark || String(mark.who) === this.dataset.me) return;
    const person = this.people.get(mark.who) ?? {};
    const now = performance.now();
    Object.assign(person, { name: mark.name, until: mark.away, seen: now });
    if (mark.does in this.dataset && mark.does !== "looks") Object.assign(person, { does: mark.does, wrote: now });
    this.people.set(mark.who, person);
    if (mark.does === "asks") this.beat();
    this.show();
  }

  beat(asks = false) {
    if (document.hidden) return;
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const body = new URLSearchParams(asks ? { asks: "1" } : {});
    // The next beat tells it again.
    fetch(this.dataset.beats, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => {});
  }

  show() {
    const now = performance.now();
    for (const [who, person] of this.people) if (now - person.seen > HERE_FOR) this.people.delete(who);
    const people = [...this.people.values()];
    const writes = (person) => person.wrote && now - person.wrote < WRITES_FOR;
    const words = people.filter(writes).map(({ name, does }) => this.dataset[does].replace("{name}", name));
    const rest = people.filter((person) => !writes(person)).map((person) => this.named(person));
    if (rest.length) words.push(this.dataset.looks.replace("{names}", rest.join(", ")));
    const text = words.join(" · ");
    if (this.textContent !== text) this.textContent = text;
  }

  /** With the last day of the absence of somebody who looks all the same. */
  named({ name, until }) {
    if (!until) return name;
    const format = { day: "numeric", month: "long", timeZone: "UTC" };
    const day = new Intl.DateTimeFormat(document.documentElement.lang, format).format(new Date(until));
    return `${name} (${this.dataset.away.replace("{day}", day)})`;
  }
}

customElements.define("team-line", TeamLine);
