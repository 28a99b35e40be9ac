// Around a list whose rows have a checkbox, tasks or what `data-of` names, and the bar of what can be done with them.
// What is chosen stays chosen when the list comes anew, also when a row has moved out of it meanwhile.
class RowChoice extends HTMLElement {
  connectedCallback() {
    this.chosen = new Set();
    this.of = this.dataset.of || "task";
    this.form = this.querySelector("form.mass");
    this.form.hidden = true;
    this.addEventListener("change", this);
    this.addEventListener("htmx:afterSwap", this);
    this.addEventListener("click", this);
    this.more = this.form.querySelector("[data-more]");
    this.more?.addEventListener("click", () => this.open(this.more.getAttribute("aria-expanded") !== "true"));
    this.form.addEventListener("submit", () => this.complete());
  }

  // On a phone the bar shows the usual deed, and the others when they are asked for.
  open(isOpen) {
    this.more.setAttribute("aria-expanded", String(isOpen));
    this.form.classList.toggle("mass--open", isOpen);
  }

  get boxes() {
    return [...this.querySelectorAll(`input[name=${this.of}]`)];
  }

  handleEvent(event) {
    const box = event.target;
    if (event.type === "htmx:afterSwap") this.restore();
    if (event.type === "click" && event.shiftKey && box.name === this.of) this.range(box);
    if (event.type !== "change") return;
    if (box.matches("[data-choose-all]")) this.boxes.forEach((one) => this.set(one, box.checked));
    else if (box.name === this.of) {
      this.set(box, box.checked);
      this.last = box.value;
    }
    this.show();
  }

  set(box, isChosen) {
    box.checked = isChosen;
    if (isChosen) this.chosen.add(box.value);
    else this.chosen.delete(box.value);
  }

  // With Shift, all between the last one and this.
  range(box) {
    const boxes = this.boxes;
    const ends = [boxes.findIndex((one) => one.value === this.last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (ends[0] < 0) return;
    boxes.slice(ends[0], ends[1] + 1).forEach((one) => this.set(one, box.checked));
  }

  restore() {
    this.boxes.forEach((box) => {
      box.checked = this.chosen.has(box.value);
    });
    this.show();
  }

  show() {
    const all = this.form.elements.all;
    this.form.hidden = this.chosen.size === 0 && !all?.checked;
    if (this.form.hidden && this.more) this.open(false);
    const count = this.form.querySelector("[data-count]");
    count.textContent = count.dataset.words.replace("{count}", String(this.chosen.size));
  }

  complete() {
    const shown = new Set(this.boxes.map((box) => box.value));
    for (const number of this.chosen) {
      if (shown.has(number)) continue;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: this.of, value: number });
      this.form.append(field);
    }
  }
}

customElements.define("row-choice", RowChoice);
