// <chat-feed>: stays at the end while new messages arrive, says so when one reads further up, and tells the server
// what somebody who looks at this page has read.
const NEAR = 120;

class ChatFeed extends HTMLElement {
  connectedCallback() {
    this.scroller = this.querySelector("[data-scroller]");
    this.jump = this.querySelector("[data-jump]");
    this.seen = Number(this.dataset.seen);
    this.observer = new MutationObserver((changes) => this.onChange(changes));
    this.observer.observe(this.scroller, { childList: true, subtree: true });
    this.sizes = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.sizes.observe(this.scroller);
    this.scroller.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.jump.addEventListener("click", () => this.toEnd());
    window.addEventListener("focus", this);
    document.addEventListener("visibilitychange", this);
    this.sortDays();
    this.open();
    this.read();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.sizes.disconnect();
    window.removeEventListener("focus", this);
    document.removeEventListener("visibilitychange", this);
  }

  handleEvent() {
    this.read();
  }

  // Where reading goes on: at the first message that nobody has opened, else at the end.
  open() {
    const unread = [...this.querySelectorAll(".said--client")].find((line) => Number(line.dataset.number) > this.seen);
    const target = location.hash.startsWith("#entry-") && this.querySelector(location.hash);
    if (target || unread) (target || unread).scrollIntoView({ block: "center" });
    else this.toEnd();
    this.onScroll();
  }

  onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd) this.jump.hidden = true;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  onChange(changes) {
    this.sortDays();
    const log = this.querySelector("[role=log]");
    const added = changes.some(
      ({ target, addedNodes, removedNodes }) =>
        target === log && removedNodes.length === 0 && [...addedNodes].some((node) => node.matches?.(".said, .step")),
    );
    if (!added) return;
    if (this.atEnd) this.toEnd();
    else this.jump.hidden = false;
    this.read();
  }

  // Each fragment starts with its day; two alike in a row are one.
  sortDays() {
    let last = "";
    for (const day of this.querySelectorAll(".talk-feed__day")) {
      if (day.dataset.day === last) day.remove();
      else last = day.dataset.day;
    }
  }

  async read() {
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    const latest = Number([...this.querySelectorAll(".said--client")].pop()?.dataset.number ?? 0);
    if (latest <= this.seen) return;
    const before = this.seen;
    this.seen = latest;
    const body = new URLSearchParams({ number: latest });
    const headers = { "X-CSRFToken": this.dataset.token };
    try {
      const answer = await fetch(this.dataset.reading, { method: "POST", body, headers });
      if (!answer.ok) throw new Error(answer.statusText);
    } catch {
      // Said again with the next message, or when somebody comes back to this page.
      this.seen = Math.min(this.seen, before);
    }
  }
}

customElements.define("chat-feed", ChatFeed);
