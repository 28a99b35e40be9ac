// Around checkboxes of many: a field finds those whose names have its words.
class ChoiceList extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("[data-filter]");
    field.hidden = false;
    field.addEventListener("input", () => this.find(field.value));
    // Enter here would send the whole form.
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  find(text) {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const one of this.querySelectorAll("label")) {
      const name = one.textContent.toLocaleLowerCase();
      one.hidden = !words.every((word) => name.includes(word));
    }
  }
}

customElements.define("choice-list", ChoiceList);
