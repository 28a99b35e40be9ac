// Around a reply that waits before it is sent: counts down, and goes when the time for taking it back is over.
// The server says how much is left; clocks of two machines are never compared.
class HoldTimer extends HTMLElement {
  connectedCallback() {
    this.until = performance.now() + Number(this.dataset.left);
    this.timer = setInterval(() => this.tick(), 200);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const left = Math.max(0, this.until - performance.now());
    this.querySelector("progress").value = left;
    this.querySelector("[data-seconds]").textContent = Math.ceil(left / 1000);
    if (left > 0) return;
    clearInterval(this.timer);
    this.hidden = true;
  }
}

customElements.define("hold-timer", HoldTimer);
