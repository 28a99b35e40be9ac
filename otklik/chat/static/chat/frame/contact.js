// What must be told before anything is sent. Asking for it is the work of later/asking.js, which comes when it has some.

import { backoff, config, text } from './config.js';
import { isKnown, post } from './door.js';
import { later } from './later.js';
import { store, tabStore } from './store.js';

// Filled in, and on its way with the next message.
const GIVEN = 'form';
// How it went with a form that may wait: `later` or `yes`.
const ASKED = 'introduced';

export class Contact {
  #asking = null;
  #loading = null;
  #wasNeeded = false;
  form = config.form;
  // What a server refused, by fields: he must look at it once more.
  refusals = null;
  // Whom the server knows it tells about first.
  isReady = !isKnown();

  constructor(parts) {
    Object.assign(this, parts, { text, post, store, tabStore, GIVEN, ASKED });
    this.opener.onclick = async () => {
      await this.#load();
      this.#asking.toggle();
    };
  }

  /** What the server asks now, of this visitor. */
  adopt(form) {
    this.form = form;
    this.isReady = true;
  }

  get given() {
    return JSON.parse(store.get(GIVEN));
  }

  knows({ id, kind }) {
    const visitor = this.conversation.visitor || {};
    return !(this.refusals || {})[id]
      && Boolean(visitor[kind] || (this.integration() || {})[kind] || (visitor.told || []).includes(id));
  }

  get hasAnswer() {
    return this.conversation.ordered().some(({ type }) => type === 'agent');
  }

  /** Whether nothing may be sent before the form is filled in. */
  get isNeeded() {
    const { form } = this;
    if (!form || this.refusals) return Boolean(form);
    if (!form.required || this.given || (form.when === 'answer' && !this.hasAnswer)) return false;
    return Boolean(form.consent) || form.fields.some((field) => field.required && !this.knows(field));
  }

  render() {
    const { form, isNeeded, conversation: { visitor } } = this;
    const wasNeeded = this.#wasNeeded;
    this.#wasNeeded = isNeeded;
    this.opener.hidden = !visitor || !form;
    if (this.#asking) this.#asking.render();
    else if (form && this.isReady) {
      const isBefore = form.when === 'before';
      this.composer.hidden = isNeeded && isBefore;
      if (isNeeded || ((isBefore || visitor) && !form.required && !store.get(ASKED))) this.#load();
    }
    if (wasNeeded && !isNeeded) this.outbox.drain();
  }

  #load() {
    this.#loading = this.#loading || this.#fetch();
    return this.#loading;
  }

  async #fetch() {
    for (let tries = 1; !this.#asking; tries += 1) {
      try {
        const { Asking } = await later();
        this.#asking = new Asking(this);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, backoff(tries)));
      }
    }
    this.render();
  }

  focus() {
    return Boolean(this.#asking && this.#asking.focus());
  }

  /** The server has it. */
  told() {
    store.set(ASKED, 'yes');
    store.remove(GIVEN);
    tabStore.remove(GIVEN);
    this.refusals = null;
    if (this.form) this.form.consent = null;
  }

  /** The server wants more, or something else: what was given stands in the form again. */
  refused({ form, fields }) {
    this.returned = this.given;
    store.remove(GIVEN);
    this.adopt(form);
    this.refusals = fields;
    this.render();
  }
}

export const isFormName = (name) => name === GIVEN || name === ASKED;
