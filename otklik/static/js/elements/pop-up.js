// Around a <dialog> that came as a fragment: opens it over the page, and goes when it is closed or its work is done.
class PopUp extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.opener = document.activeElement;
    this.dialog.showModal();
    this.dialog.addEventListener("close", () => this.remove());
    this.addEventListener("click", (event) => this.onClick(event));
    document.body.addEventListener("feed-changed", this);
  }

  disconnectedCallback() {
    document.body.removeEventListener("feed-changed", this);
    // Where it was opened may have been drawn anew meanwhile.
    const opener = this.opener?.isConnected ? this.opener : document.getElementById(this.opener?.id);
    opener?.focus();
  }

  handleEvent() {
    this.dialog.close();
  }

  onClick(event) {
    if (event.target !== this.dialog && !event.target.closest("[data-close]")) return;
    event.preventDefault();
    this.dialog.close();
  }
}

customElements.define("pop-up", PopUp);
