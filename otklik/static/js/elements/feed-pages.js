// <feed-pages> in a <task-feed>: fetches the earlier and the later lines of a long feed before one comes to its end. What
// is being read stays where it is. The buttons that it presses stay for the keyboard, and for pages without scripts.
// Parts that are far away leave the page, and are fetched anew when one comes near: reading stays quick for hours.
const AHEAD = "1500px 0px";
const FAR = "12000px 0px";

const later = (deed) => requestAnimationFrame(() => requestAnimationFrame(deed));

class FeedPages extends HTMLElement {
  connectedCallback() {
    this.feed = this.closest("task-feed");
    this.looks = new IntersectionObserver((seen) => this.onSeen(seen), { rootMargin: AHEAD });
    this.distance = new IntersectionObserver((seen) => this.onDistance(seen), { rootMargin: FAR });
    this.grows = new MutationObserver(() => this.onGrown());
    this.grows.observe(this.feed, { childList: true, subtree: true });
    document.body.addEventListener("htmx:beforeSwap", this);
    document.body.addEventListener("htmx:afterRequest", this);
    // Not before the page stands where it opens.
    if (document.readyState === "complete") later(() => this.look());
    else window.addEventListener("load", () => later(() => this.look()), { once: true });
  }

  disconnectedCallback() {
    for (const observer of [this.looks, this.distance, this.grows]) observer.disconnect();
    document.body.removeEventListener("htmx:beforeSwap", this);
    document.body.removeEventListener("htmx:afterRequest", this);
  }

  // Anew for each: one that is still near its end is told of again.
  look() {
    this.looks.disconnect();
    for (const form of this.feed.querySelectorAll("form[data-more]")) this.looks.observe(form);
  }

  onSeen(seen) {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting && target.isConnected && !target.matches(".htmx-request")) target.requestSubmit();
    }
  }

  onDistance(seen) {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) this.bringBack(target);
      else this.leave(target);
    }
  }

  // Not from under a hand or a cursor.
  leave(part) {
    const { height } = part.getBoundingClientRect();
    if (!height || part.contains(document.activeElement) || getSelection().containsNode(part, true)) return;
    part.style.blockSize = `${height}px`;
    part.dataset.left = "";
    part.replaceChildren();
  }

  bringBack(part) {
    if (!("left" in part.dataset)) return;
    delete part.dataset.left;
    window.htmx.ajax("GET", part.dataset.lines, { source: part, target: part, swap: "innerHTML" });
  }

  handleEvent({ type, detail }) {
    if (type === "htmx:afterRequest" && detail.elt.matches?.(".feed__page")) {
      // What could not be fetched is asked for again when one comes by.
      if (detail.successful) detail.elt.style.blockSize = "";
      else detail.elt.dataset.left = "";
      return;
    }
    if (type === "htmx:afterRequest") {
      if (detail.successful && detail.target && this.feed.contains(detail.elt)) later(() => this.look());
      return;
    }
    const part = detail.target?.closest?.(".feed__earlier, .feed__later");
    if (!part || !this.feed.contains(part) || !detail.shouldSwap) return;
    this.kept = { line: this.firstSeen(), by: part.contains(document.activeElement) ? `.${part.classList[0]}` : "" };
    this.kept.top = this.kept.line?.getBoundingClientRect().top ?? 0;
    // The browser would keep the place, too, and not everywhere.
    document.documentElement.style.overflowAnchor = "none";
  }

  // The first line that one sees; parts that are far away are not asked.
  firstSeen() {
    const parts = [...this.feed.querySelectorAll(".feed__page"), this.feed.querySelector("[role=log]")];
    for (const part of parts) {
      const { top, bottom } = part.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) continue;
      const lines = part.querySelectorAll(":scope > .comment, :scope > .line");
      const line = [...lines].find((one) => one.getBoundingClientRect().bottom > 0);
      if (line) return line;
    }
    return null;
  }

  onGrown() {
    const fresh = this.feed.querySelectorAll(".feed__page:not([data-measured])");
    for (const part of fresh) this.measure(part);
    if (!this.kept) return;
    const { line, top, by } = this.kept;
    this.kept = null;
    if (line?.isConnected) scrollBy({ top: line.getBoundingClientRect().top - top, behavior: "instant" });
    if (by) this.feed.querySelector(`${by} button`)?.focus({ preventScroll: true });
    later(() => {
      document.documentElement.style.overflowAnchor = "";
      this.look();
    });
  }

  // Its height is known before it is far away: nothing moves when it comes back.
  measure(part) {
    part.dataset.measured = "";
    part.style.contentVisibility = "visible";
    part.style.containIntrinsicBlockSize = `auto ${part.offsetHeight}px`;
    part.style.contentVisibility = "";
    this.distance.observe(part);
  }
}

customElements.define("feed-pages", FeedPages);
