// Columns of cards. A card that is dragged shows where it may go; dropped there it takes that status. The menu of a card
// does the same without dragging.
class StatusBoard extends HTMLElement {
  connectedCallback() {
    for (const type of ["dragstart", "dragend", "dragover", "dragleave", "drop"]) this.addEventListener(type, this);
  }

  handleEvent(event) {
    this[event.type](event);
  }

  dragstart(event) {
    const card = event.target.closest?.("[data-task]");
    if (!card) return;
    this.card = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.task);
    const allowed = new Set(card.dataset.allowed.split(" "));
    for (const column of this.querySelectorAll("[data-status]")) {
      column.classList.toggle("board__column--open", allowed.has(column.dataset.status));
    }
    card.classList.add("card-task--held");
  }

  dragend() {
    this.card?.classList.remove("card-task--held");
    this.card = null;
    for (const column of this.querySelectorAll("[data-status]")) {
      column.classList.remove("board__column--open", "board__column--over");
    }
  }

  column(event) {
    return this.card && event.target.closest?.(".board__column--open");
  }

  dragover(event) {
    const column = this.column(event);
    if (!column) return;
    event.preventDefault();
    column.classList.add("board__column--over");
  }

  dragleave(event) {
    const column = event.target.closest?.(".board__column--over");
    if (column && !column.contains(event.relatedTarget)) column.classList.remove("board__column--over");
  }

  drop(event) {
    const column = this.column(event);
    if (!column) return;
    event.preventDefault();
    const values = { task: this.card.dataset.task, status: column.dataset.status, query: this.querySelector(".board").dataset.query };
    this.dragend();
    window.htmx.ajax("POST", this.dataset.moving, { target: this, swap: "innerHTML", values });
  }
}

customElements.define("status-board", StatusBoard);
