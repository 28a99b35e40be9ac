// Who is there, and when the site opens: as the server promises it, asked again when it may have changed.

import { text } from './config.js';
import { post } from './door.js';

// Without a live line the server is asked, while somebody looks.
const ASK_EVERY = 60000;
const WITH_STREAM = 600000;
const SPREAD = 2000;

export const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export class Promised {
  #timer = 0;
  #promise = null;

  constructor({ place, stream, hasAddress, onChange }) {
    Object.assign(this, { place, stream, hasAddress, onChange });
    // All visitors of the site hear it at once, and should not ask at once.
    stream.addEventListener('promise', () => this.#askIn(Math.random() * SPREAD));
    document.addEventListener('visibilitychange', () => document.hidden || this.ask());
  }

  take(promise) {
    this.#promise = promise;
    this.render();
    this.#schedule();
  }

  #askIn(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), wait);
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
    this.#askIn(Math.max(1000, Math.min(often, (changesIn ?? often) + Math.random() * SPREAD)));
  }

  render() {
    const { isOnline = true } = this.#promise || {};
    this.place.hidden = isOnline;
    const sentence = isOnline ? '' : this.#sentence();
    if (this.place.textContent !== sentence) this.place.textContent = sentence;
  }

  #sentence() {
    const { kind, values, byMail } = this.#promise;
    const opens = kind === 'away' ? [] : [text(kind, values)];
    return [text('away'), ...opens, text(byMail && this.hasAddress() ? 'takenMail' : 'taken')].join(' ');
  }
}
