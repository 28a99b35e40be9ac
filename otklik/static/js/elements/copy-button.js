// Copies the text of another element. Where the clipboard is closed, the text is selected for the person's own keys.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.copy());
  }

  async copy() {
    const button = this.querySelector("button");
    const source = document.getElementById(button.dataset.target);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    const label = button.querySelector("span");
    this.usual ??= label.textContent;
    label.textContent = button.dataset.done;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { label.textContent = this.usual; }, 2000);
  }
});
