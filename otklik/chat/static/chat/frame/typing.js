// Who is typing, in both directions. A mark ends by itself when nothing renews it.

import { config, text } from './config.js';
import { post } from './door.js';

const TELL_EVERY = 3000;
const SHOWN_FOR = 7000;

export class Typing {
  #toldAt = 0;
  #timer = 0;
  #later = 0;

  /** `shown` gives what else is told of the text box; nothing, unless the visitor has been told that it is read. */
  constructor({ box, line, conversation, stream, onChange, shown = () => ({}) }) {
    Object.assign(this, { line, conversation, onChange, shown });
    box.addEventListener('input', () => box.value && this.#tell());
    stream.addEventListener('typing', ({ detail }) => this.#show(detail.name));
    stream.addEventListener('arrival', ({ detail }) => detail.type === 'agent' && this.#hide());
  }

  /** The text was sent: what he types next is told at once. */
  sent() {
    clearTimeout(this.#later);
    this.#toldAt = 0;
  }

  #tell() {
    const wait = this.#toldAt + TELL_EVERY - Date.now();
    clearTimeout(this.#later);
    if (!this.conversation.visitor) return;
    if (wait > 0) {
      // What is shown to agents is told to its end.
      if (config.watching.typing) this.#later = setTimeout(() => this.#tell(), wait);
      return;
    }
    this.#toldAt = Date.now();
    post('typing', this.shown()).catch(() => {}); // the next letter tells it again
  }

  #show(name) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), SHOWN_FOR);
    this.line.firstElementChild.textContent = name ? text('typing', { name }) : text('typingSomebody');
    this.line.hidden = false;
    this.onChange();
  }

  #hide() {
    clearTimeout(this.#timer);
    this.line.hidden = true;
  }
}
