// "Add account" opens the dialog on this page; without this script its link leads to the same form on a page of its own.
class AccountDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = document.getElementById(this.dataset.dialog);
    this.addEventListener("click", (event) => {
      if (!event.target.closest("a") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.dialog.showModal();
      this.dialog.querySelector("input[name=name]")?.focus();
    });
    this.dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close]")) return;
      event.preventDefault();
      this.dialog.close();
    });
  }
}

customElements.define("account-dialog", AccountDialog);
