// The text box. What is written stays until it is handed over, also over a reload.

import { config, text } from './config.js';
import { tabStore } from './store.js';

// From here on the visitor sees how much room is left.
const WARN_AT = 0.9;

export class Composer {
  constructor({ form, box, note, attachments, onText }) {
    Object.assign(this, { form, box, note, attachments, onText });
    box.value = tabStore.get('draft') || '';
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    box.addEventListener('input', () => this.changed());
    box.addEventListener('keydown', (event) => this.#key(event));
    this.changed();
  }

  #key(event) {
    // Enter may also choose a word of an input method: then it does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  /** Characters as the server counts them, not UTF-16 units. */
  #length() {
    return [...this.box.value.trim()].length;
  }

  submit() {
    const value = this.box.value.trim();
    if (!value && this.attachments.isEmpty) return this.focus();
    if (this.#length() > config.limit) return this.changed();
    const files = this.attachments.take();
    this.box.value = '';
    this.changed();
    this.focus();
    // Last: a form may want the keyboard.
    this.onText(value, files);
  }

  changed() {
    const { box } = this;
    if (box.value) tabStore.set('draft', box.value);
    else tabStore.remove('draft');
    this.grow();
    this.#count();
  }

  grow() {
    this.box.style.height = 'auto';
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  #count() {
    const count = this.box.value.length > config.limit * WARN_AT ? this.#length() : 0;
    const isTooLong = count > config.limit;
    const values = { count: count.toLocaleString(config.language), limit: config.limit.toLocaleString(config.language) };
    this.box.setAttribute('aria-invalid', String(isTooLong));
    this.note.classList.toggle('note--error', isTooLong);
    if (isTooLong) this.note.textContent = text('tooLong', values);
    else this.note.textContent = count > config.limit * WARN_AT ? text('counter', values) : '';
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }
}
