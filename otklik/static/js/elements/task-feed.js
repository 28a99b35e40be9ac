// Around the feed of a task: stays at the end while new comments arrive, says so when one reads further up, goes to the
// first unread line, takes the orange edges of what is read away. What came below the window has not been seen: a reply
// tells the server so, which shows it before the reply goes out.
const NEAR = 120;
const UNREAD = ["comment--unread", "line--unread"];
const HEARD = ["task-read", "comment-read", "comment-added", "click", "htmx:configRequest", "htmx:oobAfterSwap"];

const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey;

class TaskFeed extends HTMLElement {
  connectedCallback() {
    this.jump = this.querySelector("[data-jump]");
    this.atEnd = true;
    this.waiting = document.querySelectorAll("#delayed .later__one").length;
    this.observer = new MutationObserver((changes) => this.onChange(changes));
    this.observer.observe(this, { childList: true, subtree: true });
    this.liftJump();
    this.jump.addEventListener("click", () => this.toEnd());
    this.addEventListener("click", (event) => this.onClick(event));
    window.addEventListener("scroll", this, { passive: true });
    for (const name of HEARD) document.body.addEventListener(name, this);
    this.sortDays();
    this.showQuotes();
    if (!location.hash) this.open();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.sizes?.disconnect();
    window.removeEventListener("scroll", this);
    for (const name of HEARD) document.body.removeEventListener(name, this);
  }

  // A conversation opens where reading goes on: at its end, or as near to it as leaves the first unread comment in sight.
  open() {
    const wantsNewest = new URLSearchParams(location.search).has("newest");
    const unread = wantsNewest ? null : this.querySelector(".comment--unread, .line--unread");
    if (unread) this.openAt(unread);
    else this.toEnd();
    this.atEnd = this.isAtEnd();
  }

  openAt(line) {
    // Below the page's head.
    line.style.scrollMarginBlockStart = "6rem";
    line.scrollIntoView({ block: "start", behavior: "instant" });
    line.style.scrollMarginBlockStart = "";
    if (this.end.getBoundingClientRect().bottom < innerHeight) this.end.scrollIntoView({ block: "end", behavior: "instant" });
  }

  // The composer sticks to the window's end and grows with what it asks: the button stands above it.
  liftJump() {
    const composer = document.querySelector("message-composer");
    if (!composer) return;
    this.sizes = new ResizeObserver(() => (this.jump.style.insetBlockEnd = `${composer.offsetHeight + 8}px`));
    this.sizes.observe(composer);
  }

  // What ends the conversation is the composer; on a phone the task's details follow it.
  get end() {
    return this.parentElement;
  }

  // The last line is in sight, or nearly; the composer may lie over what comes below it.
  isAtEnd() {
    const last = this.querySelector("[role=log]").lastElementChild ?? this.querySelector(".comment");
    const composer = document.querySelector("message-composer");
    const below = Math.min(innerHeight, composer?.getBoundingClientRect().top ?? innerHeight);
    return !last || last.getBoundingClientRect().bottom - below < NEAR;
  }

  // The page opened further back: there are newer lines which it does not show.
  get isPaused() {
    return Boolean(document.querySelector("#feed-cursor [name=paused]"));
  }

  toEnd() {
    if (this.isPaused) location.assign(location.pathname);
    if (!this.isAtEnd() || this.end.getBoundingClientRect().bottom > innerHeight) this.end.scrollIntoView({ block: "end" });
    this.seenAll();
  }

  seenAll() {
    this.jump.hidden = true;
    this.seen = undefined;
  }

  handleEvent(event) {
    if (event.type === "htmx:configRequest") {
      if (this.seen !== undefined && event.target.matches("message-composer form")) event.detail.parameters.after = this.seen;
      return;
    }
    // What waits to be written stands at the end, too.
    if (event.type === "htmx:oobAfterSwap") {
      if (event.target.id === "delayed") this.showWaiting(event.target);
      return;
    }
    if (event.type === "task-read") {
      for (const line of this.querySelectorAll(".comment--unread, .line--unread")) line.classList.remove(...UNREAD);
      return;
    }
    if (event.type === "comment-read") {
      this.querySelector(`[data-comment="${event.detail.comment}"]`)?.classList.remove(...UNREAD);
      return;
    }
    if (event.type === "click") {
      const place = event.target.closest("a[data-first]");
      if (place && isPlain(event)) this.toFirst(event, new URL(place.href));
      return;
    }
    // One's own words are seen at once.
    if (event.type === "comment-added") {
      this.atEnd = true;
      if (this.isPaused) this.toEnd();
      return;
    }
    this.atEnd = this.isAtEnd();
    if (this.atEnd) this.seenAll();
  }

  // Of a page that is at its end; news bring the same anew.
  showWaiting(delayed) {
    const count = delayed.querySelectorAll(".later__one").length;
    if (count > this.waiting && this.atEnd && !this.isPaused) this.toEnd();
    this.waiting = count;
  }

  // Without scripts such a button would do nothing.
  showQuotes() {
    for (const button of this.querySelectorAll("[data-quote][hidden]")) button.hidden = false;
  }

  onChange(changes) {
    this.sortDays();
    this.showQuotes();
    const log = this.querySelector("[role=log]");
    const added = changes.some(
      ({ target, addedNodes, removedNodes }) =>
        target === log && removedNodes.length === 0 && [...addedNodes].some((node) => node.matches?.(".comment, .line")),
    );
    if (!added) return;
    if (this.isPaused) return;
    if (this.atEnd) {
      this.toEnd();
      return;
    }
    const lines = [...this.querySelectorAll("[role=log] :is(.comment, .line)")];
    const first = this.firstNew(lines, changes);
    if (first < 0) return;
    this.jump.hidden = false;
    this.seen ??= this.lineBefore(lines, first);
  }

  // A line that has changed comes in the place of its former self: that is nothing new below.
  firstNew(lines, changes) {
    const came = new Set(changes.flatMap(({ addedNodes }) => [...addedNodes]));
    const former = new Set(changes.flatMap(({ removedNodes }) => [...removedNodes]).map(({ id }) => id));
    return lines.findIndex((line) => came.has(line) && !former.has(line.id));
  }

  // The number of the line above the first of those that came.
  lineBefore(lines, first) {
    return Number(lines[first - 1]?.id.split("-").at(-1) ?? 0);
  }

  // Each fragment starts with its day; two alike in a row are one.
  sortDays() {
    let last = "";
    for (const day of this.querySelectorAll(".feed__day")) {
      if (day.dataset.day === last) day.remove();
      else last = day.dataset.day;
    }
  }

  // The time of a comment is its link: copied, and marked as the one that is meant.
  copy(place) {
    location.hash = place.closest(".comment").id;
    const said = document.getElementById("notices");
    const line = Object.assign(document.createElement("p"), { className: "notice", textContent: this.dataset.copied });
    // Browsers give the clipboard to encrypted pages only; the address bar has the link then.
    const kept = navigator.clipboard?.writeText(place.href) ?? Promise.reject(new Error("no clipboard"));
    kept.then(() => said.replaceChildren(line), () => history.replaceState(null, "", place.href));
  }

  quote(button) {
    const text = button.closest(".comment").querySelector(".text").textContent;
    const detail = { kind: button.dataset.quote, text, involved: button.dataset.involved };
    document.body.dispatchEvent(new CustomEvent("comment-quoted", { detail }));
  }

  // Of what is unread; one that is far away has a page of its own.
  toFirst(event, place) {
    event.preventDefault();
    const line = this.querySelector(place.hash);
    if (!line) {
      location.assign(place.pathname + place.search);
      return;
    }
    line.scrollIntoView({ block: "center" });
    line.tabIndex = -1;
    line.focus({ preventScroll: true });
  }

  // Opening a task is not reading it; a click on a comment reads that one (§8.2).
  read(line) {
    const form = document.querySelector("form[data-read]");
    if (!line || !form) return;
    const values = { comment: line.dataset.comment };
    window.htmx.ajax("POST", form.action, { target: "#reading", swap: "innerHTML", values });
  }

  onClick(event) {
    const quote = event.target.closest("[data-quote]");
    if (quote) this.quote(quote);
    const place = event.target.closest("a[data-place]");
    if (place && isPlain(event)) {
      event.preventDefault();
      this.copy(place);
    }
    if (event.target.closest("a:not([data-place]), button, form, summary") || !getSelection().isCollapsed) return;
    this.read(event.target.closest(".comment--unread, .line--unread"));
  }
}

customElements.define("task-feed", TaskFeed);
