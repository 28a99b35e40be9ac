// Beside a text with words of one's own: a button that takes them away.
customElements.define("standard-text", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const field = document.getElementById(button.dataset.for);
    const show = () => { button.hidden = !field.value; };
    field.addEventListener("input", show);
    button.addEventListener("click", () => {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    show();
  }
});
