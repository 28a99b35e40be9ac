// Around the composer's form: keeps a draft for each mode, counts letters, sends with Ctrl+Enter.
// The drafts of the two modes never mix: what was written for colleagues must not slip into a reply.
class MessageComposer extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.querySelector("form");
    this.text = this.form.elements.text;
    this.form.addEventListener("change", (event) => event.target.name === "kind" && this.show());
    this.text.addEventListener("input", () => this.keep());
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    document.body.addEventListener("comment-added", this);
    this.addEventListener("htmx:afterSwap", (event) => event.target === this.modes && this.show());
    this.show();
  }

  disconnectedCallback() {
    document.body.removeEventListener("comment-added", this);
  }

  get modes() {
    return this.querySelector("[data-modes]");
  }

  get mode() {
    return this.form.querySelector("[name=kind]:checked")?.value ?? "note";
  }

  draft(mode) {
    return `${this.dataset.draft}:${mode}`;
  }

  show() {
    if (this.shown === this.mode) return;
    this.shown = this.mode;
    this.dataset.mode = this.mode;
    this.text.value = this.read(this.draft(this.mode));
    const labels = this.dataset;
    this.text.setAttribute("aria-label", this.mode === "reply" ? labels.replyLabel : labels.noteLabel);
    this.text.placeholder = this.mode === "reply" ? labels.replyHint : labels.noteHint;
    this.querySelector("[data-errors]").replaceChildren();
    this.measure();
  }

  keep() {
    this.write(this.draft(this.shown), this.text.value);
    this.measure();
  }

  measure() {
    const count = this.querySelector("[data-count]");
    const limit = Number(this.dataset.replyLimit);
    // As Python counts: characters, not UTF-16 units.
    const length = [...this.text.value].length;
    count.textContent = `${length} / ${limit}`;
    count.hidden = this.shown !== "reply" || length < limit * 0.8;
    count.classList.toggle("error", length > limit);
  }

  onKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  // The server took it: only now may the text go.
  handleEvent(event) {
    const { kind, text } = event.detail;
    this.write(this.draft(kind), "");
    if (this.shown === kind && this.text.value.trim() === text) this.text.value = "";
    this.querySelector("[data-errors]").replaceChildren();
    this.keep();
    this.text.focus();
  }

  read(key) {
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  }

  write(key, text) {
    try {
      if (text) localStorage.setItem(key, text);
      else localStorage.removeItem(key);
    } catch {
      // A browser without storage keeps no drafts.
    }
  }
}

customElements.define("message-composer", MessageComposer);
