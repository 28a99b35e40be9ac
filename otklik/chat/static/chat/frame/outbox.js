// Messages on their way. Each is stored under its own id before it is sent and stays until the server has
// answered, so that a reload, a second tab or a cut line neither loses nor doubles it.

import { backoff, config } from './config.js';
import { makeKnown, post, uuid } from './door.js';
import { store } from './store.js';

const PREFIX = 'out:';

/** Runs alone among the tabs, where the browser knows how. */
async function alone(act) {
  if (!navigator.locks) return act();
  let started = false;
  try {
    return await navigator.locks.request(`otklik:${config.key}:send`, () => {
      started = true;
      return act();
    });
  } catch (error) {
    if (started) throw error;
    return act(); // locks are closed to this frame; the server drops a double by its id
  }
}

export class Outbox extends EventTarget {
  #busy = false;
  #tries = 0;
  #timer = 0;
  #lastAt = 0;

  constructor({ context, isHeld, onForm, onSent, uploads }) {
    super();
    this.uploads = uploads;
    Object.assign(this, { context, isHeld, onForm, onSent });
  }

  items() {
    const names = store.names().filter((name) => name.startsWith(PREFIX));
    const items = names.map((name) => JSON.parse(store.get(name))).filter(Boolean);
    return items.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  }

  isFailing() {
    return this.#tries > 0;
  }

  add(text, files = []) {
    // Two messages of one millisecond keep their order too.
    this.#lastAt = Math.max(Date.now(), this.#lastAt + 1);
    this.#keep({ id: uuid(), text, files, at: this.#lastAt });
    this.drain();
  }

  retry(id) {
    const item = this.items().find((one) => one.id === id);
    if (item && item.refused) this.#keep({ ...item, refused: undefined });
    this.drain();
  }

  discard(id) {
    const item = this.items().find((one) => one.id === id);
    for (const file of (item && item.files) || []) this.uploads.forget(file.id);
    this.remove(id);
  }

  remove(id) {
    store.remove(PREFIX + id);
    this.changed();
  }

  async drain() {
    if (this.#busy || !this.#next()) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      await alone(() => this.#sendAll());
      this.#tries = 0;
    } catch (error) {
      this.#tries += 1;
      this.#timer = setTimeout(() => this.drain(), Math.max(backoff(this.#tries), error.wait || 0));
    } finally {
      this.#busy = false;
      this.changed();
    }
    if (!this.#tries) this.drain();
  }

  async #sendAll() {
    for (let item = this.#next(); item; item = this.#next()) await this.#send(item);
  }

  async #send(item) {
    makeKnown();
    const files = item.files || [];
    let answer;
    try {
      for (const file of files) await this.uploads.finish(file);
      answer = await post('messages', { id: item.id, text: item.text, files: files.map((file) => file.id), ...this.context() });
    } catch (error) {
      if (!error.isRefusal) throw error;
      if (error.form !== undefined) return void this.onForm(error);
      this.#keep({ ...item, refused: error.message });
      return;
    }
    this.#tries = 0;
    this.onSent(answer);
    for (const file of files) this.uploads.forget(file.id);
    this.remove(item.id);
  }

  #next() {
    return this.isHeld() ? undefined : this.items().find((item) => !item.refused);
  }

  #keep(item) {
    store.set(PREFIX + item.id, JSON.stringify(item));
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}

export const isOutboxName = (name) => name.startsWith(PREFIX);
