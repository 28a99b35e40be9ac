// Asks the visitor by the contact form: when it is shown, and what becomes of it.

import { Card } from './card.js';

export class Asking {
  #shown = '';
  #isWanted = false;

  /** `contact` is the frame's own (frame/contact.js): what is known, and whether anything must be told. */
  constructor(contact) {
    const { place, text } = contact;
    Object.assign(this, contact, { contact, card: new Card({ place, text }) });
    place.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    place.addEventListener('click', ({ target }) => target.closest('.introduce__later') && this.later());
    place.addEventListener('input', () => this.tabStore.set(this.GIVEN, JSON.stringify({ ...this.#draft, ...this.#typed() })));
    place.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || contact.isNeeded) return;
      event.stopPropagation();
      this.later();
    });
  }

  get #form() {
    return this.contact.form;
  }

  get #draft() {
    return JSON.parse(this.tabStore.get(this.GIVEN)) || {};
  }

  /** All that stands in it, so that what was emptied stays empty. */
  #typed() {
    return Object.fromEntries([...new FormData(this.place)].filter(([id]) => id !== 'consent'));
  }

  get #isHeld() {
    return this.outbox.items().length > 0;
  }

  get #isOffered() {
    const { contact, conversation } = this;
    const { when, required, fields } = this.#form;
    if (required || contact.given || this.store.get(this.ASKED)) return false;
    const said = conversation.ordered();
    // Whom an operator has written to first is not asked before he has answered.
    if (when === 'before' ? said.length || this.#isHeld : !said.some(({ type }) => type === 'client')) return false;
    if (when === 'answer' && !contact.hasAnswer) return false;
    const must = fields.filter((field) => field.required);
    const reach = fields.filter(({ kind }) => kind === 'email' || kind === 'phone');
    // Who has told how to reach him is not asked for his name.
    return [must, reach, fields].find((some) => some.length).some((field) => !contact.knows(field));
  }

  get #isDue() {
    if (!this.#form || !this.contact.isReady) return false;
    if (this.contact.isNeeded) return this.#form.when !== 'message' || this.#isHeld;
    return this.#isOffered;
  }

  render() {
    const isDue = this.#isDue;
    this.composer.hidden = isDue && this.#form.when === 'before' && !this.#isHeld;
    if (this.#form && (isDue || this.#isWanted)) this.#reveal();
    else this.#conceal();
  }

  #reveal() {
    const { card, contact, place, text, conversation: { visitor } } = this;
    const form = this.#form;
    if (contact.returned) this.#takeBack();
    const isFirst = place.hidden;
    const fields = form.fields.filter((field) => !contact.knows(field) || (this.#isWanted && field.id === field.kind));
    const shown = JSON.stringify([form, fields, contact.isNeeded, Boolean(visitor), this.#isHeld, contact.refusals]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const known = Object.fromEntries(fields.map(({ id, kind }) => [id, (visitor || {})[kind] || '']));
    const mustFill = contact.isNeeded && form.required;
    card.show({
      form, fields, canWait: !mustFill, values: { ...known, ...this.#draft },
      submit: this.#isHeld ? 'send' : visitor ? 'save' : 'startChat',
    });
    place.hidden = false;
    this.opener.setAttribute('aria-expanded', 'true');
    if (contact.refusals) card.refuse(contact.refusals);
    else if ((this.#isWanted || (this.#isHeld && mustFill)) && document.hasFocus()) card.focus();
    if (isFirst) this.onDone({ isOpen: true, said: this.#isHeld && mustFill ? text('formFirst') : '' });
  }

  /** What a server did not take stands in the form again. */
  #takeBack() {
    this.tabStore.set(this.GIVEN, JSON.stringify({ ...this.#draft, ...this.contact.returned.values }));
    this.contact.returned = null;
  }

  #conceal() {
    if (this.place.hidden) return;
    this.place.hidden = true;
    this.#shown = '';
    this.opener.setAttribute('aria-expanded', 'false');
  }

  toggle() {
    if (this.place.hidden) {
      this.#isWanted = true;
      this.render();
    } else if (this.#isDue) this.later();
    else this.#close();
  }

  /** Whether the keyboard is in the form now, because nothing else can be done. */
  focus() {
    const isAlone = !this.place.hidden && this.composer.hidden;
    if (isAlone) this.card.focus();
    return isAlone;
  }

  later() {
    const { contact, store } = this;
    if (contact.isNeeded && this.#form.required) return;
    store.set(this.ASKED, 'later');
    store.remove(this.GIVEN);
    contact.refusals = null;
    this.#close();
    this.outbox.drain();
  }

  #close(said) {
    this.#isWanted = false;
    this.contact.render();
    this.onDone({ isOpen: false, said });
  }

  submit() {
    const { card, contact } = this;
    const errors = card.wrong();
    const values = card.values();
    card.refuse(errors);
    if (Object.keys(errors).length) return;
    if (!Object.keys(values).length && !card.hasAgreed) return void card.say(this.text('nothingGiven'));
    const given = { values, ...(card.hasAgreed ? { consent: this.#form.consent.version } : {}) };
    if (this.conversation.visitor && !this.#isHeld) return void this.#tell(given);
    contact.refusals = null;
    this.store.set(this.GIVEN, JSON.stringify(given));
    this.#close();
    this.outbox.drain();
  }

  async #tell(given) {
    const { card, contact, text } = this;
    card.say(text('saving'));
    try {
      const { visitor } = await this.post('visitor', { form: given });
      contact.told();
      this.conversation.setVisitor(visitor);
      this.#close(visitor.name ? text('savedName', visitor) : text('saved'));
    } catch (error) {
      if (error.form !== undefined) contact.refused(error);
      else card.say(error.isRefusal ? error.message : text('notSaved'));
    }
  }
}
