// Around the composer's form: keeps a draft for each mode, counts letters, sends with Ctrl+Enter, or with Enter where the person may choose.
// Each text has a key of its own, made here and kept while it is tried again: a text whose answer was lost is sent once.
// The drafts of the two modes never mix: what was written for colleagues must not slip into a reply.
import { dropLong, keepLong, longText } from "../long-texts.js";

// A client may see that somebody writes to him; he is told again after so many milliseconds.
const TELL_EVERY = 3000;
// Milliseconds of rest after which the server keeps what stands in the box.
const KEEP_AFTER = 800;
// Characters. The server keeps no longer drafts, and the browser keeps those in its larger storage.
const LONG = 64000;

class MessageComposer extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.querySelector("form");
    this.text = this.form.elements.text;
    // Without this script a file may be sent without a word, and the server says what is missing.
    this.text.required = true;
    this.form.addEventListener("change", (event) => event.target.name === "kind" && this.show());
    this.text.addEventListener("input", () => {
      this.keep();
      this.tell();
    });
    this.tooLong = this.querySelector("[data-too-long]");
    this.tooLong?.querySelector("[data-as-file]").addEventListener("click", () => this.attach());
    // Before HTMX, which listens on the form itself, too.
    this.form.addEventListener("submit", (event) => this.onSubmit(event), true);
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    document.body.addEventListener("comment-added", this);
    document.body.addEventListener("comment-undone", this);
    document.body.addEventListener("comment-quoted", this);
    this.addEventListener("htmx:afterSwap", (event) => event.target === this.modes && this.show());
    this.addEventListener("focusout", () => this.keepThere(0));
    this.addEventListener("recipients-shown", () => this.showRecipients());
    this.addEventListener("recipients-chosen", () => this.choose());
    this.takeKept();
    this.takeLong();
    this.sendKey = this.querySelector("[data-send-key]");
    if (this.sendKey) this.sendKey.value = this.read("send-key") || "ctrl";
    this.sendKey?.addEventListener("change", () => this.write("send-key", this.sendKey.value));
    this.show();
  }

  disconnectedCallback() {
    document.body.removeEventListener("comment-added", this);
    document.body.removeEventListener("comment-undone", this);
    document.body.removeEventListener("comment-quoted", this);
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
    this.form.elements.key.value = this.read(this.keyOf(this.mode)) || this.newKey();
    const labels = this.dataset;
    this.text.setAttribute("aria-label", this.mode === "reply" ? labels.replyLabel : labels.noteLabel);
    this.text.placeholder = this.mode === "reply" ? labels.replyHint : labels.noteHint;
    this.querySelector("[data-errors]").replaceChildren();
    this.showRecipients();
    this.measure();
  }

  // Whom the desk's employee notifies; the console of the chat has no such row. What was chosen is kept beside the text
  // as `=employee-1 group-2`; without a choice the row shows with whom the mode begins.
  get recipients() {
    const row = this.querySelector("recipients-choice");
    return row?.first ? row : null;
  }

  whoOf(mode) {
    return `${this.draft(mode)}:who`;
  }

  showRecipients() {
    const row = this.recipients;
    if (!row) return;
    const kept = this.read(this.whoOf(this.shown));
    row.codes = kept ? kept.slice(1).split(" ") : row.first(this.shown);
  }

  choose(codes = this.recipients.codes) {
    this.write(this.whoOf(this.shown), `=${codes.join(" ")}`);
    this.write(`${this.draft(this.shown)}:there`, "");
    this.querySelector("[data-errors]").replaceChildren();
    this.keepThere(KEEP_AFTER);
  }

  keyOf(mode) {
    return `${this.draft(mode)}:key`;
  }

  // Not `randomUUID`, which browsers give to encrypted pages only.
  newKey() {
    return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("");
  }

  keep() {
    const key = this.newKey();
    this.write(this.draft(this.shown), this.text.value);
    this.write(this.keyOf(this.shown), this.text.value && key);
    this.form.elements.key.value = key;
    this.write(`${this.draft(this.shown)}:there`, "");
    this.keepThere(KEEP_AFTER);
    this.measure();
  }

  // What was typed here and has not reached the server stays. Else the server knows better: what it has was written on
  // another device, what it has no more was sent there, or given up.
  takeKept() {
    if (!this.dataset.drafts) return;
    for (const mode of ["reply", "note"]) {
      const draft = this.draft(mode);
      const kept = this.querySelector(`template[data-kept=${mode}]`);
      const there = Number(this.read(`${draft}:there`));
      // What the server took after this page was asked for is not known to the page.
      const isNewer = !there || there >= performance.timeOrigin;
      if ((this.read(draft) || this.read(`${draft}:long`)) && isNewer) continue;
      if (!kept) {
        this.forget(mode);
        continue;
      }
      this.write(draft, kept.content.textContent);
      this.write(this.keyOf(mode), kept.dataset.key);
      this.write(this.whoOf(mode), kept.dataset.who ?? "");
      this.write(`${draft}:there`, "1");
    }
  }

  forget(mode) {
    for (const part of ["", ":key", ":there", ":who"]) this.write(this.draft(mode) + part, "");
  }

  // Long ones come a moment later than the page.
  async takeLong() {
    for (const mode of ["reply", "note"]) {
      const draft = this.draft(mode);
      if (!this.read(`${draft}:long`)) continue;
      const text = await longText(draft);
      if (!text || this.read(draft)) continue;
      this.remember(draft, text);
      if (this.shown !== mode || this.text.value) continue;
      this.text.value = text;
      this.measure();
    }
  }

  // One at a time, so that the last state wins; a failed one is made up for by the next.
  keepThere(after) {
    if (!this.dataset.drafts) return;
    clearTimeout(this.keeping);
    const mode = this.shown;
    this.keeping = setTimeout(() => (this.kept = (this.kept ?? Promise.resolve()).then(() => this.sendDraft(mode))), after);
  }

  sendDraft(mode) {
    const text = this.read(this.draft(mode));
    const who = this.read(this.whoOf(mode));
    if (this.sent?.[mode] === text + who || text.length > LONG) return undefined;
    (this.sent ??= {})[mode] = text + who;
    const body = new URLSearchParams({ kind: mode, text, key: this.read(this.keyOf(mode)) });
    if (who) body.append("circle", "");
    for (const code of who.slice(1).split(" ").filter(Boolean)) body.append("who", code);
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
    const send = fetch(this.dataset.drafts, { method: "POST", body, headers, keepalive: text.length < 10000 });
    const there = ({ ok }) => ok && this.read(this.draft(mode)) === text && this.write(`${this.draft(mode)}:there`, text && String(Date.now()));
    return send.then(there).catch(() => delete this.sent[mode]);
  }

  tell() {
    const now = Date.now();
    // In the chat's console a note is nobody's business; in the desk colleagues see that one is written.
    if (!this.dataset.typing || (this.shown !== "reply" && !this.dataset.team) || !this.text.value.trim() || now - (this.told ?? 0) < TELL_EVERY) return;
    this.told = now;
    const { csrfmiddlewaretoken: token, target } = this.form.elements;
    const body = new URLSearchParams({ kind: this.shown, ...(target && { target: target.value }) });
    // The next letter tells it again.
    fetch(this.dataset.typing, { method: "POST", body, headers: { "X-CSRFToken": token.value } }).catch(() => {});
  }

  get limit() {
    return Number(this.shown === "reply" ? this.dataset.replyLimit : this.dataset.noteLimit || Infinity);
  }

  // As Python counts: characters, not UTF-16 units. Of very long ones it makes no difference, and takes a moment.
  get length() {
    const { value } = this.text;
    return value.length > LONG * 3 ? value.length : [...value].length;
  }

  measure() {
    const count = this.querySelector("[data-count]");
    const { length, limit } = this;
    count.textContent = `${length} / ${limit}`;
    count.hidden = length < limit * 0.8;
    count.classList.toggle("error", length > limit);
    if (!this.tooLong) return;
    this.tooLong.hidden = length <= limit;
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const sentence = this.tooLong.dataset.sentence.replace("{length}", number.format(length)).replace("{limit}", number.format(limit));
    if (length > limit) this.tooLong.querySelector("[data-words]").textContent = sentence;
  }

  onSubmit(event) {
    if (!this.tooLong || this.length <= this.limit) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.tooLong.querySelector("[data-as-file]").focus();
  }

  // The text as a file, in this mode; the box is free for what is to be said about it.
  attach() {
    const files = this.querySelector("composer-files");
    const before = files.rows().length;
    files.take([new File([this.text.value], `${this.tooLong.dataset.file}.txt`, { type: "text/plain" })]);
    // Refused, it stays where it is.
    if (files.rows().length === before) return;
    this.text.value = "";
    this.keep();
    this.text.focus();
  }

  onKey(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    const isPlain = this.sendKey?.value === "enter" && !event.shiftKey && !event.altKey;
    if (!isPlain && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  // The server took it: only now may the text go.
  handleEvent(event) {
    if (event.type === "comment-undone") this.takeBack(event.detail);
    else if (event.type === "comment-quoted") this.quote(event.detail);
    else this.clear(event.detail);
  }

  // What was taken back stands before what has been typed since.
  takeBack({ kind, text }) {
    const since = this.shown === kind ? this.text.value : this.read(this.draft(kind));
    this.write(this.draft(kind), since.trim() ? `${text}\n\n${since}` : text);
    const mode = this.form.querySelector(`[name=kind][value=${kind}]`);
    if (mode && !mode.disabled) mode.checked = true;
    this.shown = "";
    this.show();
    this.keep();
    this.text.focus();
  }

  // Words of colleagues are quoted to colleagues only: a reply must not carry a note to the client.
  quote({ kind, text, involved }) {
    const note = this.form.querySelector("[name=kind][value=note]");
    if (kind === "note" && note) note.checked = true;
    this.show();
    if (involved && this.recipients) {
      this.recipients.codes = involved.split(" ");
      this.choose();
    }
    const lines = text.trim().split("\n").map((line) => `> ${line}`);
    const { selectionStart: at, value } = this.text;
    const before = at && value[at - 1] !== "\n" ? "\n" : "";
    this.text.setRangeText(`${before}${lines.join("\n")}\n`, at, at, "end");
    this.keep();
    this.text.focus();
  }

  clear({ kind, text }) {
    this.write(this.draft(kind), "");
    this.write(this.keyOf(kind), "");
    this.write(this.whoOf(kind), "");
    if (this.shown === kind && this.text.value.trim() === text) this.text.value = "";
    this.querySelector("[data-errors]").replaceChildren();
    this.showRecipients();
    this.keep();
    this.text.focus();
  }

  read(key) {
    if (this.memory?.has(key)) return this.memory.get(key);
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  }

  remember(key, text) {
    (this.memory ??= new Map()).set(key, text);
  }

  write(key, text) {
    this.memory?.delete(key);
    const isLong = text.length > LONG;
    if (isLong) {
      this.remember(key, text);
      keepLong(key, text);
      this.write(`${key}:long`, "1");
    } else if (this.read(`${key}:long`)) {
      dropLong(key);
      this.write(`${key}:long`, "");
    }
    try {
      if (text && !isLong) localStorage.setItem(key, text);
      else localStorage.removeItem(key);
    } catch {
      // A browser without storage keeps drafts as long as the page is open.
      this.remember(key, text);
    }
  }
}

customElements.define("message-composer", MessageComposer);
