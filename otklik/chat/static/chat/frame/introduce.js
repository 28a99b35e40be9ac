// The card on which the visitor may leave his name and e-mail.

import { text } from './config.js';
import { post } from './door.js';
import { store } from './store.js';

export class Introduction {
  constructor({ form, opener, conversation, onDone }) {
    Object.assign(this, { form, opener, conversation, onDone });
    this.fields = { name: form.elements.name, email: form.elements.email };
    this.status = form.querySelector('.introduce__status');
    opener.addEventListener('click', () => (form.hidden ? this.show() : this.hide()));
    form.querySelector('.introduce__later').addEventListener('click', () => this.postpone());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.save();
    });
    form.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.postpone();
    });
  }

  /** After the first message, once: to those whose e-mail neither they nor the site have told. */
  offer({ isKnown }) {
    const { visitor } = this.conversation;
    this.opener.hidden = !visitor;
    if (visitor && !visitor.email && !isKnown && !store.get('introduced') && this.form.hidden) this.#reveal();
  }

  show() {
    this.#reveal();
    this.fields.name.focus();
  }

  #reveal() {
    const { name, email } = this.conversation.visitor || {};
    this.fields.name.value = this.fields.name.value || name || '';
    this.fields.email.value = this.fields.email.value || email || '';
    this.#say('');
    this.form.hidden = false;
    this.opener.setAttribute('aria-expanded', 'true');
    this.onDone({ isOpen: true });
  }

  hide() {
    this.form.hidden = true;
    this.opener.setAttribute('aria-expanded', 'false');
    this.onDone({ isOpen: false });
  }

  postpone() {
    store.set('introduced', 'later');
    this.hide();
  }

  async save() {
    const values = Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value.trim()]));
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
    this.#showErrors({});
    if (!Object.keys(given).length) return this.#refuse({ name: text('nothingGiven') });
    this.#say(text('saving'));
    try {
      const { visitor } = await post('visitor', given);
      this.#saved(visitor);
    } catch (error) {
      if (Object.keys(error.fields || {}).length) this.#refuse(error.fields);
      else this.#say(error.isRefusal ? error.message : text('notSaved'));
    }
  }

  #saved(visitor) {
    store.set('introduced', 'yes');
    this.conversation.setVisitor(visitor);
    this.hide();
    this.onDone({ isOpen: false, said: visitor.name ? text('savedName', visitor) : text('saved') });
  }

  #refuse(errors) {
    this.#say('');
    this.#showErrors(errors);
    const first = Object.keys(this.fields).find((name) => errors[name]);
    if (first) this.fields[first].focus();
  }

  #showErrors(errors) {
    for (const [name, field] of Object.entries(this.fields)) {
      field.setAttribute('aria-invalid', String(Boolean(errors[name])));
      document.getElementById(field.getAttribute('aria-describedby')).textContent = errors[name] || '';
    }
  }

  #say(sentence) {
    this.status.textContent = sentence;
  }
}
