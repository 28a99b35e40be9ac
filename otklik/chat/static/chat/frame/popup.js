// A small panel that its button opens. Arrows go from item to item; Escape, Tab and a click elsewhere close it.

const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export class Popup {
  constructor({ button, panel, columns = 1, onOpen = () => {} }) {
    Object.assign(this, { button, panel, columns, onOpen });
    button.addEventListener('click', () => (panel.hidden ? this.open() : this.close()));
    for (const part of [button, panel]) part.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('pointerdown', ({ target }) => {
      if (!panel.hidden && !panel.contains(target) && !button.contains(target)) this.close();
    });
  }

  open() {
    this.onOpen();
    this.#show(true);
    this.#items()[0].focus();
  }

  close() {
    this.#show(false);
  }

  #show(isOpen) {
    this.panel.hidden = !isOpen;
    this.button.setAttribute('aria-expanded', String(isOpen));
  }

  #items() {
    return [...this.panel.querySelectorAll('button:enabled')];
  }

  #key(event) {
    if (this.panel.hidden) return;
    if (event.key === 'Tab') this.close();
    if (event.key === 'Escape') {
      // It closes the panel, not the whole chat.
      event.stopPropagation();
      this.close();
      this.button.focus();
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    this.#go(step);
  }

  #go([across, down]) {
    const items = this.#items();
    const turn = document.dir === 'rtl' ? -1 : 1;
    const place = items.indexOf(document.activeElement) + across * turn + down * this.columns;
    items[(place + items.length) % items.length].focus();
  }
}
