// The fields of a contact form: added, removed and moved by buttons. Their order in the page is their order in the form.
customElements.define("form-fields", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.said = this.querySelector("[role='status']");
    this.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this[button.dataset.do](button);
    });
    this.changed();
  }

  get rows() {
    return [...this.list.children];
  }

  add({ dataset: { kind } }) {
    const made = this.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true).firstElementChild;
    const id = `f${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
    made.innerHTML = made.innerHTML.replaceAll("newid", id);
    this.list.append(made);
    made.querySelector("input:not([type=hidden]), textarea").focus();
    this.tell();
  }

  remove(button) {
    const row = button.closest("li");
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    (next ? next.querySelector("[data-do='remove']") : this.querySelector("[data-do='add']:not([hidden])")).focus();
    this.tell(this.dataset.removed);
  }

  up(button) {
    const row = button.closest("li");
    if (row.previousElementSibling) row.previousElementSibling.before(row);
    this.moved(row, button);
  }

  down(button) {
    const row = button.closest("li");
    if (row.nextElementSibling) row.nextElementSibling.after(row);
    this.moved(row, button);
  }

  moved(row, button) {
    this.tell(this.dataset.moved.replace("{place}", this.rows.indexOf(row) + 1).replace("{of}", this.rows.length));
    // At the end of the list the button for this way is off.
    (button.disabled ? row.querySelector("[data-do='up']:enabled, [data-do='down']:enabled") : button)?.focus();
  }

  tell(sentence = "") {
    this.changed();
    this.said.textContent = sentence;
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  changed() {
    const { rows } = this;
    rows.forEach((row, place) => {
      row.querySelector("[data-do='up']").disabled = !place;
      row.querySelector("[data-do='down']").disabled = place === rows.length - 1;
    });
    const ids = rows.map((row) => row.dataset.id);
    for (const button of this.querySelectorAll("[data-do='add']")) button.hidden = ids.includes(button.dataset.kind);
    this.querySelector("[data-empty]").hidden = rows.length > 0;
  }
});
