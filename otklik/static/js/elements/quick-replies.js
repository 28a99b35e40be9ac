// Beside a composer's text: an asterisk and words behind it offer prepared answers, the chosen one takes their place (S25);
// with data-sign="@" an @ or a + offers colleagues, data-only="note" only in notes; data-field names another field of the form.
// <quick-replies data-list="address"> holds the listbox, a line for screen readers, and a button for who has no such sign.
const BEGUN = { "*": /(?:^|[\s(«"“])\*([^*\n]{0,100})$/, "@": /(?:^|[\s(«"“])[@+]([^@+\n]{0,60})$/ };
const REST = 120;

class QuickReplies extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("[role=listbox]");
    this.said = this.querySelector("[data-said]");
    this.text = this.closest("form").elements[this.dataset.field ?? "text"];
    this.begun = BEGUN[this.dataset.sign ?? "*"];
    this.text.setAttribute("aria-haspopup", "listbox");
    this.text.addEventListener("input", () => this.look());
    this.text.addEventListener("click", () => this.look());
    this.text.addEventListener("blur", () => setTimeout(() => this.contains(document.activeElement) || this.close(), REST));
    // Before the composer, which sends on some keys.
    this.closest("form").addEventListener("keydown", (event) => event.target === this.text && this.onKey(event), true);
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.querySelector("[data-open]")?.addEventListener("click", () => this.begin());
  }

  get offers() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get chosen() {
    return this.list.querySelector("[aria-selected=true]");
  }

  // The words behind an asterisk at the cursor, or nothing.
  get asked() {
    const { selectionStart: start, selectionEnd: end, value } = this.text;
    const { only } = this.dataset;
    if (only && this.closest("form").elements.kind?.value !== only) return null;
    return start === end ? (this.begun.exec(value.slice(0, start))?.[1] ?? null) : null;
  }

  begin() {
    const { selectionStart: at, value } = this.text;
    const before = !at || /\s$/.test(value.slice(0, at)) ? "*" : " *";
    this.text.focus();
    if (this.asked === null) this.insert(before, at, at);
    else this.look();
  }

  look() {
    clearTimeout(this.timer);
    const { asked } = this;
    if (asked === null || asked === this.given) return asked === null ? this.close() : undefined;
    this.timer = setTimeout(() => this.ask(asked), REST);
  }

  async ask(asked) {
    const answer = await fetch(`${this.dataset.list}?${new URLSearchParams({ q: asked })}`).catch(() => null);
    // Meanwhile he may have written on.
    if (!answer?.ok || this.asked !== asked) return;
    this.list.innerHTML = await answer.text();
    if (!this.offers.length) {
      this.close();
      // An asterisk and a space may begin a list.
      if (this.dataset.none && /^\S/.test(asked)) this.say(this.dataset.none, true);
      return;
    }
    this.list.hidden = false;
    this.text.setAttribute("aria-controls", this.list.id);
    this.say(this.dataset.found.replace("{count}", this.offers.length), false);
    this.mark(this.offers[0]);
  }

  mark(offer) {
    this.chosen?.setAttribute("aria-selected", "false");
    offer.setAttribute("aria-selected", "true");
    offer.scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", offer.id);
  }

  onKey(event) {
    if (this.list.hidden || event.isComposing) return;
    const { offers } = this;
    const at = offers.indexOf(this.chosen);
    if (event.key === "ArrowDown") this.mark(offers[(at + 1) % offers.length]);
    else if (event.key === "ArrowUp") this.mark(offers[(at - 1 + offers.length) % offers.length]);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") this.choose(this.chosen);
    else if (event.key === "Escape") this.close(this.asked);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(offer) {
    if (!offer) return;
    const { selectionStart: at } = this.text;
    this.insert(offer.dataset.text, at - (this.asked ?? "").length - 1, at);
    this.close();
    if (offer.dataset.missing) this.say(this.dataset.missing.replace("{names}", offer.dataset.missing), true);
    if (!offer.dataset.use) return;
    const token = this.closest("form").elements.csrfmiddlewaretoken.value;
    // Without files only the order of the list hangs from it.
    const answer = fetch(offer.dataset.use, { method: "POST", headers: { "X-CSRFToken": token } }).then((said) => said.json());
    if (offer.dataset.files) this.closest("form").querySelector("composer-files").bring(JSON.parse(offer.dataset.files), answer);
    else answer.catch(() => {});
  }

  say(sentence, isSeen) {
    this.said.classList.toggle("sr-only", !isSeen);
    this.said.textContent = sentence;
  }

  insert(words, from, to) {
    this.text.setRangeText(words, from, to, "end");
    this.text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.text.focus();
  }

  // `given`: words of which he has said that he means no answer by them.
  close(given = null) {
    this.given = given;
    this.say("", false);
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}

customElements.define("quick-replies", QuickReplies);
