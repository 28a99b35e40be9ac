// Around the feed of a task: stays at the end while new comments arrive, says so when one reads further up,
// takes the orange edges away once everything is read.
const NEAR = 120;

class TaskFeed extends HTMLElement {
  connectedCallback() {
    this.jump = this.querySelector("[data-jump]");
    this.atEnd = true;
    this.observer = new MutationObserver((changes) => this.onChange(changes));
    this.observer.observe(this, { childList: true, subtree: true });
    this.jump.addEventListener("click", () => this.toEnd());
    this.addEventListener("click", (event) => this.onClick(event));
    window.addEventListener("scroll", this, { passive: true });
    document.body.addEventListener("task-read", this);
    document.body.addEventListener("comment-added", this);
    this.sortDays();
    this.showQuotes();
    if (!location.hash) this.open();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    window.removeEventListener("scroll", this);
    document.body.removeEventListener("task-read", this);
    document.body.removeEventListener("comment-added", this);
  }

  // A long conversation opens where reading goes on: at the first unread comment, else at its end.
  open() {
    const unread = this.querySelector(".comment--unread");
    if (unread && unread !== this.querySelector(".comment")) unread.scrollIntoView({ block: "center" });
    else if (!unread) this.toEnd();
    this.atEnd = this.isAtEnd();
  }

  // What ends the conversation is the composer; on a phone the task's details follow it.
  get end() {
    return this.parentElement;
  }

  isAtEnd() {
    return this.end.getBoundingClientRect().bottom - innerHeight < NEAR;
  }

  // The page opened further back: there are newer lines which it does not show.
  get isPaused() {
    return Boolean(document.querySelector("#feed-cursor [name=paused]"));
  }

  toEnd() {
    if (this.isPaused) location.assign(location.pathname);
    if (!this.isAtEnd() || this.end.getBoundingClientRect().bottom > innerHeight) this.end.scrollIntoView({ block: "end" });
    this.jump.hidden = true;
  }

  handleEvent(event) {
    if (event.type === "task-read") {
      for (const line of this.querySelectorAll(".comment--unread")) line.classList.remove("comment--unread");
      return;
    }
    // One's own words are seen at once.
    if (event.type === "comment-added") {
      this.atEnd = true;
      if (this.isPaused) this.toEnd();
      return;
    }
    this.atEnd = this.isAtEnd();
    if (this.atEnd) this.jump.hidden = true;
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
    if (this.atEnd) this.toEnd();
    else this.jump.hidden = false;
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
    location.hash = new URL(place.href).hash;
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

  // Opening a task is not reading it; a click into the feed is.
  onClick(event) {
    const quote = event.target.closest("[data-quote]");
    if (quote) this.quote(quote);
    const place = event.target.closest("a[data-place]");
    if (place && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.copy(place);
    }
    if (event.target.closest("a, button, form, summary") || !getSelection().isCollapsed) return;
    document.querySelector("form[data-read]")?.requestSubmit();
  }
}

customElements.define("task-feed", TaskFeed);
