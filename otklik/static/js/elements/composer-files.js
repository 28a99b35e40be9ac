// In the composer's form: files chosen, pasted or dropped are uploaded at once and sent with the comment.
// Each belongs to the mode in which it was attached: what was meant for colleagues must not slip into a reply.
const PROGRAMS = /\.(apk|app|bat|cmd|com|command|cpl|desktop|dll|dmg|exe|hta|jar|js|jse|lnk|msi|msix|pif|ps1|psm1|reg|scr|sys|vb|vbe|vbs|wsf|wsh)$/i;

class ComposerFiles extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.closest("form");
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector("[data-list]");
    this.input.addEventListener("change", () => this.take(this.input.files));
    this.form.addEventListener("paste", (event) => this.onPaste(event));
    for (const name of ["dragover", "dragleave", "drop"]) this.form.addEventListener(name, (event) => this.onDrag(event));
    this.form.addEventListener("change", (event) => event.target.name === "kind" && this.show());
    // Before HTMX, which listens on the form itself, too.
    this.form.addEventListener("submit", (event) => this.onSubmit(event), true);
    document.body.addEventListener("comment-added", this);
    this.closest("message-composer")?.addEventListener("htmx:afterSwap", () => this.show());
    this.show();
  }

  disconnectedCallback() {
    document.body.removeEventListener("comment-added", this);
  }

  get mode() {
    return this.form.querySelector("[name=kind]:checked")?.value ?? "note";
  }

  rows(mode = this.mode) {
    return [...this.list.children].filter((row) => row.dataset.mode === mode);
  }

  show() {
    for (const row of this.list.children) {
      row.hidden = row.dataset.mode !== this.mode;
      row.querySelector("input").disabled = row.hidden || !row.querySelector("input").value;
    }
    // With a file a comment needs no words.
    this.form.elements.text.required = !this.rows().length;
    this.list.hidden = !this.rows().length;
  }

  onPaste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.take(event.clipboardData.files);
  }

  onDrag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    if (event.type !== "dragleave") event.preventDefault();
    this.form.classList.toggle("is-drop", event.type === "dragover");
    if (event.type === "drop") this.take(event.dataTransfer.files);
  }

  onSubmit(event) {
    const unfinished = this.rows().filter((row) => !row.querySelector("input").value);
    if (!unfinished.length) return this.say("");
    event.preventDefault();
    event.stopImmediatePropagation();
    this.say(unfinished.some((row) => row.hasFailed) ? this.dataset.unfit : this.dataset.waiting);
  }

  take(files) {
    const refused = [];
    // Where only one mode takes files, they must not wait unseen in the other.
    if (this.dataset.only && this.dataset.only !== this.mode) return this.say(this.dataset.notHere);
    for (const file of files) {
      const why = this.refusal(file);
      if (why) refused.push(why);
      else this.add(file);
    }
    // What this element uploads the form must not send once more.
    this.input.value = "";
    this.say(refused.join(" "));
    this.show();
  }

  refusal(file) {
    const named = (text) => text.replace("{name}", () => file.name);
    if (!file.size) return named(this.dataset.empty);
    if (file.size > Number(this.dataset.largest)) return named(this.dataset.tooLarge);
    if (PROGRAMS.test(file.name)) return named(this.dataset.program);
    if (this.rows().length >= Number(this.dataset.most)) return this.dataset.tooMany;
    return "";
  }

  add(file) {
    const row = this.row(file);
    row.querySelector("[data-again]").addEventListener("click", () => this.upload(row, file));
    this.upload(row, file);
  }

  // Files that the server puts here itself; `answer` promises {files} or {error}. Their rows stand here at once, so that
  // nothing is sent without them.
  async bring(files, answer) {
    const rows = files.map((file) => this.row(file));
    for (const row of rows) this.set(row, { isBusy: true });
    this.show();
    const { files: brought, error } = await answer.catch(() => ({}));
    rows.forEach((row, place) => {
      const failed = error || this.dataset.failed.replace("{name}", () => files[place].name);
      if (!brought?.[place]) return this.set(row, { error: failed });
      this.fill(row, brought[place]);
      // Somebody was quicker to remove it.
      if (!row.isConnected) this.discard(brought[place].key);
    });
  }

  row(file) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.mode = this.mode;
    row.querySelector(".attached__name").textContent = file.name;
    row.querySelector("[data-size]").textContent = size(file.size);
    if (this.mode === "reply" && file.size > Number(this.dataset.channel)) row.querySelector("[data-way]").textContent = this.dataset.asLink;
    row.querySelector("[data-remove]").addEventListener("click", () => this.remove(row));
    this.list.append(row);
    return row;
  }

  upload(row, file) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    row.request = request;
    this.set(row, { isBusy: true });
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      row.querySelector("progress").value = loaded / (total || 1);
    });
    request.addEventListener("load", () => this.uploaded(row, file, request));
    request.addEventListener("error", () => this.set(row, { error: this.dataset.failed.replace("{name}", () => file.name), mayTry: true }));
    request.open("POST", this.dataset.upload);
    request.setRequestHeader("X-CSRFToken", this.form.querySelector("[name=csrfmiddlewaretoken]").value);
    request.send(body);
  }

  uploaded(row, file, request) {
    const answer = read(request.responseText);
    if (request.status !== 200 || !answer.key) {
      const failed = this.dataset.failed.replace("{name}", () => file.name);
      return this.set(row, { error: answer.error && typeof answer.error === "string" ? answer.error : failed, mayTry: request.status !== 422 });
    }
    this.fill(row, answer);
  }

  fill(row, answer) {
    row.querySelector("input").value = answer.key;
    row.querySelector(".attached__name").textContent = answer.name;
    const picture = row.querySelector("img");
    if (answer.preview) {
      picture.src = answer.preview;
      picture.hidden = false;
      row.querySelector("svg").remove();
    }
    this.set(row, {});
    if (this.querySelector("[data-said]").textContent === this.dataset.waiting) this.say("");
    this.show();
  }

  set(row, { isBusy = false, error = "", mayTry = false }) {
    row.hasFailed = Boolean(error);
    row.querySelector("progress").hidden = !isBusy;
    row.querySelector("[data-error]").textContent = error;
    row.querySelector("[data-again]").hidden = !mayTry;
  }

  remove(row) {
    const key = row.querySelector("input").value;
    row.request?.abort();
    if (key) this.discard(key);
    row.remove();
    this.say("");
    this.show();
    this.form.elements.text.focus();
  }

  discard(key) {
    const headers = { "X-CSRFToken": this.form.querySelector("[name=csrfmiddlewaretoken]").value };
    fetch(`${this.dataset.upload}${key}/removal/`, { method: "POST", headers }).catch(() => {});
  }

  // The server took the comment: its files are in the feed now.
  handleEvent(event) {
    for (const row of this.rows(event.detail.kind)) {
      if (event.detail.files?.includes(row.querySelector("input").value)) row.remove();
    }
    this.show();
  }

  say(sentence) {
    this.querySelector("[data-said]").textContent = sentence;
  }
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = Math.min(2, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const digits = { maximumFractionDigits: step > 1 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: units[step], ...digits }).format(bytes / 1024 ** step);
}

customElements.define("composer-files", ComposerFiles);
