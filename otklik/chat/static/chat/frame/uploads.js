// Files on their way to the server: each once, under its own id, so that a repeat is known as the same file.

import { blobOf, dropBlob, keepBlob } from './blobs.js';
import { text } from './config.js';
import { DoorError, makeKnown, upload } from './door.js';
import { store } from './store.js';

const DONE = 'uploaded:';

export class Uploads extends EventTarget {
  #running = new Map();
  #progress = new Map();

  async add(id, file) {
    await keepBlob(id, file);
    this.finish({ id, name: file.name }).catch(() => {}); // told when its message is sent
  }

  /** Resolves when the server has the file; at once when it has it already. */
  finish(file) {
    if (this.isDone(file.id)) return Promise.resolve();
    if (!this.#running.has(file.id)) {
      const running = this.#send(file).finally(() => {
        this.#running.delete(file.id);
        this.#tell(file.id, null);
      });
      this.#running.set(file.id, running);
    }
    return this.#running.get(file.id);
  }

  async #send(file) {
    const blob = await blobOf(file.id);
    if (!blob) throw lost();
    makeKnown();
    this.#tell(file.id, 0);
    await upload({ id: file.id, name: file.name }, blob, (part) => this.#tell(file.id, part));
    store.set(DONE + file.id, '1');
    dropBlob(file.id);
  }

  isDone(id) {
    return store.get(DONE + id) !== null;
  }

  /** How much of it is there, from 0 to 1; null when it is not on its way. */
  progress(id) {
    return this.#progress.get(id) ?? null;
  }

  /** The file is in a message, or shall not be sent after all. */
  forget(id) {
    store.remove(DONE + id);
    dropBlob(id);
  }

  #tell(id, part) {
    if (part === null) this.#progress.delete(id);
    else this.#progress.set(id, part);
    this.dispatchEvent(new CustomEvent('progress', { detail: id }));
  }
}

function lost() {
  return new DoorError(400, { error: { code: 'lost_file', message: text('fileLost') } }, 0);
}
