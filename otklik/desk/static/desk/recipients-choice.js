// Whom a comment notifies. The composer knows what was chosen for each mode; this tells it of clicks, and that it was
// drawn anew.
class RecipientsChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.tell("recipients-chosen"));
    // What one leaves closes.
    this.addEventListener("focusout", (event) => {
      const details = this.querySelector("details");
      if (details?.open && event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
    });
    this.addEventListener("keydown", (event) => this.onKey(event));
    // The picker inside wakes first.
    customElements.whenDefined("people-picker").then(() => this.tell("recipients-shown"));
  }

  onKey(event) {
    const details = this.querySelector("details");
    if (event.key !== "Escape" || !details?.open) return;
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary").focus();
  }

  tell(name) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  }

  // With whom a mode begins.
  first(mode) {
    return (this.dataset[mode] ?? "").split(" ").filter(Boolean);
  }

  get codes() {
    return [...this.querySelectorAll("input[name=who]:checked")].map((box) => box.value);
  }

  set codes(codes) {
    for (const box of this.querySelectorAll("input[name=who]")) box.checked = codes.includes(box.value);
    this.querySelector("people-picker")?.show?.();
  }
}

customElements.define("recipients-choice", RecipientsChoice);
