// The real widget beside the form, dressed by what stands in the form.
import { contrast, rgb } from "./contrast.js";

const WAIT = 150;

customElements.define("look-preview", class extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    this.frame = this.querySelector("iframe");
    this.life = new AbortController();
    const { signal } = this.life;
    this.form.addEventListener("input", (event) => this.changed(event), { signal });
    for (const button of this.querySelectorAll("[data-screen]")) {
      button.addEventListener("click", () => this.choose(button), { signal });
    }
    window.addEventListener("message", (event) => {
      if (event.origin === location.origin && event.source === this.frame.contentWindow && event.data === "ready") this.show();
    }, { signal });
    this.judge();
    // It may be loaded already.
    this.show();
  }

  disconnectedCallback() {
    this.life.abort();
  }

  changed({ target }) {
    const other = this.form.elements[target.dataset.colorOf || ""];
    if (other) other.value = target.value;
    this.judge();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), WAIT);
  }

  choose(chosen) {
    for (const button of this.querySelectorAll("[data-screen]")) button.setAttribute("aria-pressed", button === chosen);
    this.dataset.screen = chosen.dataset.screen;
  }

  value(name) {
    const field = this.form.elements[name];
    return field ? field.value.trim() : "";
  }

  setup() {
    const setup = {};
    const colors = {};
    for (const field of this.form.querySelectorAll("[data-option]")) {
      const value = field.type === "number" ? Number(field.value) : field.value.trim();
      if (value) setup[field.dataset.option] = value;
    }
    for (const field of this.form.querySelectorAll("[data-color]")) {
      const value = field.value.trim();
      if (rgb(value)) colors[field.dataset.color] = value;
    }
    return { ...setup, colors };
  }

  show() {
    const words = Object.fromEntries([...this.form.querySelectorAll("[data-word]")].map((field) => [field.dataset.word, field.value.trim() || field.placeholder]));
    this.frame.contentWindow.postMessage({ setup: this.setup(), words }, location.origin);
  }

  /** Says beside each colour how well what stands on it can be read. */
  judge() {
    for (const said of this.form.querySelectorAll("[data-judges]")) {
      const ground = rgb(this.value(said.dataset.judges));
      const ink = said.dataset.ink ? rgb(this.value(said.dataset.ink)) : null;
      said.textContent = ground ? this.sentence(said, ground, ink) : "";
    }
  }

  sentence(said, ground, ink) {
    const { dataset } = this;
    const best = Math.max(contrast(ground, [255, 255, 255]), contrast(ground, [0, 0, 0]));
    const ratio = ink ? contrast(ground, ink) : best;
    const isGood = ratio >= (ink ? 3 : 4.5);
    said.classList.toggle("bad", !isGood);
    const letters = contrast(ground, [255, 255, 255]) >= 4.5 ? dataset.white : dataset.black;
    const words = ink ? (isGood ? dataset.good : dataset.poor) : letters;
    return words.replace("{ratio}", (Math.floor(ratio * 10) / 10).toLocaleString(document.documentElement.lang));
  }
});
