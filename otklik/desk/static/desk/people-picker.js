// Around the checkboxes of employees and groups: the chosen ones stand as chips with ✕, a field finds others by name.
// The checkboxes stay what is sent; without this script they work as they are.
class PeoplePicker extends HTMLElement {
  connectedCallback() {
    this.chips = this.querySelector("[data-chips]");
    this.filter = this.querySelector("[data-filter]");
    this.filter.hidden = false;
    this.addEventListener("change", () => this.show());
    this.filter.addEventListener("input", () => this.find());
    this.filter.addEventListener("keydown", (event) => {
      // Enter here would send the whole form.
      if (event.key === "Enter") event.preventDefault();
    });
    this.chips.addEventListener("click", (event) => this.onClick(event));
    this.show();
  }

  get boxes() {
    return [...this.querySelectorAll("input[type=checkbox]")];
  }

  name(box) {
    return box.closest("label").querySelector("span").textContent;
  }

  show() {
    const chosen = this.boxes.filter((box) => box.checked).map((box) => this.chip(box));
    if (!chosen.length) {
      const none = document.createElement("li");
      none.className = "quiet";
      none.textContent = this.dataset.none;
      chosen.push(none);
    }
    this.chips.replaceChildren(...chosen);
  }

  chip(box) {
    const item = document.createElement("li");
    item.className = "chip people__chip";
    const icon = box.closest("label").querySelector("svg").cloneNode(true);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "people__remove";
    remove.value = box.value;
    remove.setAttribute("aria-label", `${this.dataset.remove}: ${this.name(box)}`);
    remove.textContent = "✕";
    item.append(icon, this.name(box), remove);
    return item;
  }

  onClick(event) {
    const remove = event.target.closest("button");
    if (!remove) return;
    const place = [...this.chips.querySelectorAll("button")].indexOf(remove);
    this.boxes.find((box) => box.value === remove.value).checked = false;
    this.dispatchEvent(new Event("change", { bubbles: true }));
    // The keyboard stays among the chips.
    const left = [...this.chips.querySelectorAll("button")];
    (left[Math.min(place, left.length - 1)] ?? this.querySelector("summary")).focus();
  }

  find() {
    const words = this.filter.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const box of this.boxes) {
      const name = this.name(box).toLocaleLowerCase();
      box.closest("li").hidden = !words.every((word) => name.includes(word));
    }
  }
}

customElements.define("people-picker", PeoplePicker);
