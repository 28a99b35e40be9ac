// Around the <dialog> that leads to a task or a contact by its name: Ctrl+K opens it, arrows choose, Enter follows.
// The key / puts the cursor into the page's own search, or leads to the search page where there is no room for one.
const TYPING = "input, textarea, select, [contenteditable]";

class QuickSwitcher extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.field = this.querySelector("input");
    document.addEventListener("keydown", this);
    this.dialog.addEventListener("keydown", (event) => this.move(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.querySelector("form").addEventListener("submit", (event) => this.follow(event));
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    // By its place on the keyboard: with Russian letters on, the key gives another sign.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
      event.preventDefault();
      this.toggle();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) {
      if (!event.target.closest?.(TYPING)) this.search(event);
    }
  }

  toggle() {
    if (this.dialog.open) return this.dialog.close();
    if (document.querySelector("dialog[open]")) return;
    this.dialog.showModal();
    this.field.select();
  }

  search(event) {
    event.preventDefault();
    const fields = [...document.querySelectorAll("[data-search-here], #header-search")];
    const field = fields.find((one) => one.checkVisibility?.({ visibilityProperty: true }) ?? one.offsetParent);
    if (field) field.focus();
    else location.assign(document.querySelector(".header-search").action);
  }

  move(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const places = [this.field, ...this.querySelectorAll("a.quick__hit")];
    const here = places.indexOf(document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    places[(here + step + places.length) % places.length].focus();
  }

  // Enter in the field opens the first of what is shown for these very words.
  follow(event) {
    const first = this.querySelector(".quick__list a");
    if (!first || this.querySelector(".htmx-request")) return;
    event.preventDefault();
    location.assign(first.href);
  }
}

customElements.define("quick-switcher", QuickSwitcher);
