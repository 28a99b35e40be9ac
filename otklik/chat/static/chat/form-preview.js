// Shows beside the form of the administration what visitors would see. The server makes it of what stands in the form.
const WAIT = 300;

customElements.define("form-preview", class extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form);
    this.frame = this.querySelector("iframe");
    this.life = new AbortController();
    const { signal } = this.life;
    this.form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show(), WAIT);
    }, { signal });
    window.addEventListener("message", (event) => {
      if (event.origin === location.origin && event.source === this.frame.contentWindow && event.data === "ready") this.show();
    }, { signal });
    // It may be loaded already.
    this.show();
  }

  disconnectedCallback() {
    this.life.abort();
  }

  async show() {
    const turn = this.turn = (this.turn || 0) + 1;
    const response = await fetch(this.dataset.draft, { method: "POST", body: new FormData(this.form) }).catch(() => null);
    const answer = response && response.ok ? await response.json() : null;
    if (answer && turn === this.turn) this.frame.contentWindow.postMessage(answer, location.origin);
  }
});
