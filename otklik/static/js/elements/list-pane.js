// The list beside an open task: it stands where it stood before the last step, with the open task in view.
const KEPT = "list-pane";

class ListPane extends HTMLElement {
  connectedCallback() {
    const kept = Number(sessionStorage.getItem(KEPT));
    if (kept) this.scrollTop = kept;
    this.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
    this.addEventListener("scroll", () => sessionStorage.setItem(KEPT, String(this.scrollTop)), { passive: true });
  }
}

customElements.define("list-pane", ListPane);
