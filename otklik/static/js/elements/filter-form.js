// Around a form of choices: what is chosen applies at once; of a menu's choices, all together when it closes.
class FilterForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.changed = false;
    this.addEventListener("change", this);
    // A <details> tells of itself without bubbling.
    this.addEventListener("toggle", this, true);
  }

  handleEvent(event) {
    if (event.type === "toggle" && !event.target.open && this.changed) this.form.requestSubmit();
    if (event.type !== "change") return;
    if (event.target.closest("details")) this.changed = true;
    else if (event.target.type !== "search") this.form.requestSubmit();
  }
}

customElements.define("filter-form", FilterForm);
