// The console's own elements, and its keys.
import "./chat-feed.js";

// <chat-console>: one pane at a time on a phone, the next chat by the keyboard, what is unread in the title.
class ChatConsole extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("input", (event) => this.onInput(event));
    // A toggle does not rise to us: it is caught on its way down.
    this.addEventListener("toggle", (event) => this.onToggle(event), true);
    this.addEventListener("htmx:beforeRequest", ({ target }) => target.closest(".visitor__block") && this.edit("0"));
    this.addEventListener("htmx:afterSwap", () => this.count());
    document.addEventListener("keydown", this);
    this.count();
    this.querySelector(".chat-line[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  onClick(event) {
    const opener = event.target.closest("[data-show]");
    if (!opener) return;
    event.preventDefault();
    this.dataset.pane = opener.dataset.show;
    const pane = this.querySelector(opener.dataset.show === "card" ? ".console__card" : ".console__talk textarea");
    pane?.focus({ preventScroll: true });
  }

  // News of the visitor must not take away what is being entered.
  onInput({ target }) {
    if (target.closest(".visitor__form")) this.edit("1");
  }

  onToggle({ target }) {
    if (target.matches(".visitor__block")) this.edit(target.open ? "1" : "0");
  }

  edit(value) {
    const edited = this.querySelector(".visitor__form [name=edited]");
    if (edited) edited.value = value;
  }

  // By the place of the key, whatever language the keyboard has.
  handleEvent(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step) {
      event.preventDefault();
      this.go(step);
    } else if (event.code === "Enter") {
      event.preventDefault();
      this.querySelector(".console__composer textarea")?.focus();
    }
  }

  go(step) {
    const lines = [...this.querySelectorAll(".chat-line")];
    const place = lines.findIndex((line) => line.hasAttribute("aria-current"));
    const next = lines[place < 0 ? (step > 0 ? 0 : lines.length - 1) : place + step];
    next?.click();
  }

  count() {
    const unread = Number(this.querySelector("#chats-state")?.dataset.unread ?? 0);
    document.title = `${unread ? `(${unread}) ` : ""}${this.dataset.title} · Otklik`;
  }
}

customElements.define("chat-console", ChatConsole);
