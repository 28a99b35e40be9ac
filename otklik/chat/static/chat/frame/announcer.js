// Says new answers to those who do not see them: each once, whatever is drawn anew around it.

const KEPT = 5;

export class Announcer {
  #said = new Set();

  constructor(place) {
    this.place = place;
  }

  say(message) {
    if (this.#said.has(message.id) || message.deleted) return;
    this.#said.add(message.id);
    const line = document.createElement('p');
    const what = [message.text, ...message.files.map((file) => file.name)].filter(Boolean).join(', ');
    line.textContent = [message.agent && message.agent.name, what].filter(Boolean).join(': ');
    this.place.append(line);
    if (this.place.children.length > KEPT) this.place.firstElementChild.remove();
  }
}
