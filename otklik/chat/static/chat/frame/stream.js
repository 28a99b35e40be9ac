// The live line. Push is a hint: after every break the server is asked for all that changed since the cursor.

import { backoff } from './config.js';
import { address, post } from './door.js';

// The server pings every 20 seconds; a line that is silent for longer is dead, whatever the browser believes.
const SILENCE = 50000;

export class Stream extends EventTarget {
  #source = null;
  #connecting = false;
  #timer = 0;
  #tries = 0;
  #heardAt = 0;
  state = 'off';

  constructor(conversation) {
    super();
    this.conversation = conversation;
    setInterval(() => this.#watch(), 10000);
    window.addEventListener('online', () => this.hurry());
    window.addEventListener('pageshow', (event) => event.persisted && this.#restart());
    document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
  }

  start() {
    if (this.state === 'off') this.#connect();
  }

  /** The visitor is back, or the network is: do not wait for the timer. */
  hurry() {
    if (this.state === 'waiting') this.#restart();
    else this.#watch();
  }

  async #connect() {
    if (this.#connecting) return;
    this.#connecting = true;
    clearTimeout(this.#timer);
    try {
      const { ticket } = await post('ticket');
      this.#listen(ticket);
    } catch (error) {
      if (error.isRefusal) this.#refused(error.message);
      else this.#wait(error.wait);
    } finally {
      this.#connecting = false;
    }
  }

  #listen(ticket) {
    const query = new URLSearchParams({ ticket, after: this.conversation.cursor });
    const source = new EventSource(address(`stream?${query}`));
    this.#source = source;
    this.#heardAt = Date.now();
    source.onopen = () => this.#heard('live');
    source.onerror = () => source === this.#source && this.#wait();
    source.addEventListener('ping', () => this.#heard());
    source.addEventListener('typing', (event) => {
      this.#heard();
      this.dispatchEvent(new CustomEvent('typing', { detail: JSON.parse(event.data) }));
    });
    source.addEventListener('promise', () => {
      this.#heard();
      this.dispatchEvent(new Event('promise'));
    });
    source.addEventListener('message', (event) => {
      this.#heard();
      const message = JSON.parse(event.data);
      const isNew = !this.conversation.has(message.id);
      this.conversation.take([message], message.version);
      if (isNew) this.dispatchEvent(new CustomEvent('arrival', { detail: message }));
    });
  }

  #heard(state = this.state) {
    this.#heardAt = Date.now();
    this.#tries = 0;
    this.#setState(state);
  }

  #wait(least = 0) {
    this.#close();
    this.#tries += 1;
    this.#setState('waiting');
    this.#timer = setTimeout(() => this.#connect(), Math.max(backoff(this.#tries), least));
  }

  /** The server does not want to hear this visitor any more: it is not asked again before the next page. */
  #refused(sentence) {
    this.#close();
    this.refusal = sentence;
    this.#setState('refused');
  }

  #restart() {
    this.#close();
    this.#connect();
  }

  #close() {
    clearTimeout(this.#timer);
    if (this.#source) this.#source.close();
    this.#source = null;
  }

  #watch() {
    if (this.#source && Date.now() - this.#heardAt > SILENCE) this.#wait();
  }

  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}
