// <count-down data-left="45" data-then="As soon as he has left">By mail in <span data-seconds>45</span> s</count-down>: counts
// seconds down; when they are over, `then` stands instead. The server says how many are left; no two clocks are compared.
class CountDown extends HTMLElement {
  connectedCallback() {
    this.until = performance.now() + Number(this.dataset.left) * 1000;
    this.timer = setInterval(() => this.tick(), 500);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const left = Math.ceil((this.until - performance.now()) / 1000);
    if (left > 0) {
      this.querySelector("[data-seconds]").textContent = left;
      return;
    }
    clearInterval(this.timer);
    this.textContent = this.dataset.then;
  }
}

customElements.define("count-down", CountDown);
