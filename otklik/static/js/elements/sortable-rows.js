// Rows that are dragged by their handle. Where one is let go it stays: a row's own form is sent with its new place, or
// the element's button that draws them all anew is pressed. Buttons beside each row do the same without dragging.
class SortableRows extends HTMLElement {
  connectedCallback() {
    for (const type of ["dragstart", "dragend", "dragover", "drop"]) this.addEventListener(type, this);
  }

  handleEvent(event) {
    this[event.type](event);
  }

  get rows() {
    return [...this.querySelectorAll("[data-row]")];
  }

  dragstart(event) {
    const row = event.target.closest?.("[data-handle]")?.closest("[data-row]");
    if (!row) return;
    this.row = row;
    this.before = this.rows.indexOf(row);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(row, 0, 0);
    row.classList.add("sortable--held");
  }

  dragover(event) {
    const over = this.row && event.target.closest?.("[data-row]");
    if (!this.row) return;
    event.preventDefault();
    if (!over || over === this.row || !this.contains(over)) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](this.row);
  }

  drop(event) {
    if (this.row) event.preventDefault();
  }

  dragend() {
    const row = this.row;
    if (!row) return;
    this.row = null;
    row.classList.remove("sortable--held");
    const place = this.rows.indexOf(row);
    if (place === this.before) return;
    const form = row.querySelector("form[data-place]");
    if (form) {
      form.elements.at.value = place;
      form.requestSubmit();
    } else {
      this.querySelector("[data-sorted]").click();
    }
  }
}

customElements.define("sortable-rows", SortableRows);
