// <typing-line data-topic="typing:5" data-words="{name} is typing">: that the client types, as long as it is told anew.
// With data-ends="chat:5" news of that topic end it: what he typed is there now.
const SHOWN_FOR = 7000;

class TypingLine extends HTMLElement {
  connectedCallback() {
    document.body.addEventListener(`live:${this.dataset.topic}`, this);
    if (this.dataset.ends) document.body.addEventListener(`live:${this.dataset.ends}`, this);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.body.removeEventListener(`live:${this.dataset.topic}`, this);
    if (this.dataset.ends) document.body.removeEventListener(`live:${this.dataset.ends}`, this);
  }

  handleEvent({ type, detail }) {
    if (type === `live:${this.dataset.ends}`) {
      this.hide();
      return;
    }
    // After a new connection all topics are told once, without a name.
    const mark = detail?.name ? JSON.parse(detail.name) : null;
    if (mark?.by !== "client") return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), SHOWN_FOR);
    const words = this.dataset.words.replace("{name}", mark.name);
    this.textContent = mark.text ? `${words}: ${mark.text}` : words;
  }

  hide() {
    clearTimeout(this.timer);
    this.replaceChildren();
  }
}

customElements.define("typing-line", TypingLine);
