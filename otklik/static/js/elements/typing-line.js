// <typing-line data-topic="typing:5" data-words="{name} is typing">: that the client types, as long as it is told anew.
const SHOWN_FOR = 7000;

class TypingLine extends HTMLElement {
  connectedCallback() {
    document.body.addEventListener(`live:${this.dataset.topic}`, this);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.body.removeEventListener(`live:${this.dataset.topic}`, this);
  }

  handleEvent({ detail }) {
    // After a new connection all topics are told once, without a name.
    const mark = detail?.name ? JSON.parse(detail.name) : null;
    if (mark?.by !== "client") return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.replaceChildren(), SHOWN_FOR);
    const words = this.dataset.words.replace("{name}", mark.name);
    this.textContent = mark.text ? `${words}: ${mark.text}` : words;
  }
}

customElements.define("typing-line", TypingLine);
