// Says new answers to those who do not see them: each once, whatever is drawn anew around it.

const KEPT = 5;

/** A message in a line: its text and the names of its files. */
export const lineOf = ({ text, files }) => [text, ...files.map((file) => file.name)].filter(Boolean).join(', ');

export class Announcer {
  #said = new Set();

  constructor(place) {
    this.place = place;
  }

  say(message) {
    if (this.#said.has(message.id) || message.deleted) return;
    this.#said.add(message.id);
    const line = document.createElement('p');
    line.textContent = [message.agent && message.agent.name, lineOf(message)].filter(Boolean).join(': ');
    this.place.append(line);
    if (this.place.children.length > KEPT) this.place.firstElementChild.remove();
  }
}
