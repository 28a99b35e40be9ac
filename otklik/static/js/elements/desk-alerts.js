// <desk-alerts data-topic="employee:3" data-due="…">: shows and plays what this person is to hear of, while any page of
// the desk is open. One tab leads: the others wait for its lock. <desk-alert-trial> tries each way by hand.
const KEY = "otklik-alerts";
const EVERY = 30_000;

let audio = null;

// Browsers play nothing before somebody has clicked or typed.
const wake = () => {
  audio ??= new AudioContext();
  return audio.resume();
};

for (const deed of ["pointerdown", "keydown"]) {
  document.addEventListener(deed, () => wake().catch(() => {}), { once: true });
}

function tone(from, pitch) {
  const sound = audio.createOscillator();
  const volume = audio.createGain();
  sound.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, from);
  volume.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.35);
  sound.connect(volume).connect(audio.destination);
  sound.start(from);
  sound.stop(from + 0.4);
}

// Twice as long where a client waits.
function play(isLoud) {
  const start = audio.currentTime;
  for (let round = 0; round < (isLoud ? 3 : 1); round += 1) {
    tone(start + round * 0.6, 660);
    tone(start + round * 0.6 + 0.15, 880);
  }
}

function show({ title, text, tag, address, isLoud }) {
  const shown = new Notification(title, { body: text, tag, renotify: true, requireInteraction: isLoud, silent: true });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
    if (address) location.assign(address);
  });
}

class DeskAlerts extends HTMLElement {
  connectedCallback() {
    this.gone = new AbortController();
    const { signal } = this.gone;
    const lead = () => new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const ask = () => this.ask();
      document.body.addEventListener(`live:${this.dataset.topic}`, ask, { signal });
      const timer = setInterval(ask, EVERY);
      signal.addEventListener("abort", () => {
        clearInterval(timer);
        resolve();
      });
      ask();
    });
    // Without an address of https there are no locks: every tab is for itself, and what was shown is shown once.
    if (navigator.locks) navigator.locks.request(KEY, { signal }, lead).catch(() => {});
    else lead();
  }

  disconnectedCallback() {
    this.gone.abort();
  }

  get task() {
    const [, number] = /^\/tasks\/(\d+)\/$/.exec(location.pathname) ?? [];
    return document.hasFocus() && number ? number : "";
  }

  async ask() {
    if (this.isAsking) {
      this.again = true;
      return;
    }
    this.isAsking = true;
    const browser = globalThis.Notification?.permission ?? "denied";
    const sound = audio?.state ?? "suspended";
    const after = localStorage.getItem(KEY) ?? "0";
    try {
      const answer = await fetch(this.dataset.due, {
        method: "POST",
        body: new URLSearchParams({ browser, sound, after, task: this.task }),
        headers: { "X-CSRFToken": this.dataset.token },
      });
      if (answer.ok && !answer.redirected) this.tell((await answer.json()).notifications);
    } catch {
      // The next change, or the next half minute, asks again.
    }
    this.isAsking = false;
    if (this.again) {
      this.again = false;
      this.ask();
    }
  }

  tell(told) {
    if (told.length === 0) return;
    const after = Number(localStorage.getItem(KEY) ?? 0);
    localStorage.setItem(KEY, String(Math.max(after, ...told.map(({ id }) => id))));
    for (const one of told.filter(({ channel }) => channel === "browser")) show(one);
    const sounds = told.filter(({ channel }) => channel === "sound");
    if (sounds.length > 0) play(sounds.some(({ isLoud }) => isLoud));
  }
}

class DeskAlertTrial extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const way = event.target.closest("[data-trial]")?.dataset.trial;
      if (way) this[way]();
    });
  }

  say(name) {
    this.querySelector("[role=status]").textContent = this.dataset[name];
  }

  async browser() {
    if (!globalThis.Notification) return this.say("unable");
    const permission = await Notification.requestPermission();
    if (permission !== "granted") return this.say(permission === "denied" ? "forbidden" : "undecided");
    try {
      show({ title: this.dataset.title, text: this.dataset.text, tag: "trial" });
      this.say("shown");
    } catch {
      // Phones show notifications of a service worker only.
      this.say("unable");
    }
  }

  async sound() {
    try {
      await wake();
      play(false);
      this.say("played");
    } catch {
      this.say("silent");
    }
  }
}

customElements.define("desk-alerts", DeskAlerts);
customElements.define("desk-alert-trial", DeskAlertTrial);
