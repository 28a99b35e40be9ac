// Around a <details>: closes on Escape, on a click elsewhere, and when the keyboard leaves it.
class DropDown extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("focusout", this);
    document.addEventListener("pointerdown", this);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this);
  }

  handleEvent(event) {
    const details = this.querySelector("details");
    if (!details?.open) return;
    if (event.type === "pointerdown" && !this.contains(event.target)) details.open = false;
    if (event.type === "focusout" && event.relatedTarget && !this.contains(event.relatedTarget)) details.open = false;
    if (event.type === "keydown" && event.key === "Escape") {
      details.open = false;
      details.querySelector("summary").focus();
    }
  }
}

customElements.define("drop-down", DropDown);
