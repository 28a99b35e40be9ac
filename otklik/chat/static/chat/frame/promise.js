// Who is there, and when the site opens: as the server promises it, asked again when it may have changed.

import { text } from './config.js';
import { post } from './door.js';

// Without a live line the server is asked, while somebody looks.
const ASK_EVERY = 60000;
const WITH_STREAM = 600000;

export const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();

export class Promised {
  #timer = 0;
  #promise = null;

  constructor({ place, stream, onChange }) {
    Object.assign(this, { place, stream, onChange });
    stream.addEventListener('promise', () => this.ask());
    document.addEventListener('visibilitychange', () => document.hidden || this.ask());
  }

  take(promise) {
    this.#promise = promise;
    this.render();
    this.#schedule();
  }

  async ask() {
    clearTimeout(this.#timer);
    try {
      const promise = await post('promise', { timezone });
      this.onChange(promise);
    } catch {
      this.#schedule();
    }
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const often = this.stream.state === 'live' ? WITH_STREAM : ASK_EVERY;
    const { changesIn } = this.#promise || {};
    // Not all visitors at the same second.
    const wait = Math.min(often, (changesIn ?? often) + Math.random() * 3000);
    this.#timer = setTimeout(() => this.ask(), Math.max(1000, wait));
  }

  render() {
    const { isOnline = true, kind, values } = this.#promise || {};
    this.place.hidden = isOnline;
    const sentence = isOnline ? '' : `${text(kind, values)} ${text('taken')}`;
    if (this.place.textContent !== sentence) this.place.textContent = sentence;
  }
}
