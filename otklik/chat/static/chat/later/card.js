// The contact form as a visitor sees it. Fetched when there is something to ask; whoever shows it gives the words.

const KINDS = {
  name: { autocomplete: 'name', maxLength: 200 },
  email: { type: 'email', inputMode: 'email', autocomplete: 'email', maxLength: 254 },
  phone: { type: 'tel', autocomplete: 'tel', maxLength: 50 },
  text: { rows: 2, maxLength: 1000 },
  choice: {},
};
const TAGS = { text: 'textarea', choice: 'select' };
const WRONG = {
  email: (value) => !/^\S+@\S+\.\S+$/.test(value) && 'noEmail',
  phone: (value) => value.replace(/\D/g, '').length < 5 && 'noPhone',
};

function element(tag, className, words, more = {}) {
  const made = Object.assign(document.createElement(tag), more);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

export class Card {
  #fields = new Map();

  /** `place` is an empty form; `text` gives the standard words by name. */
  constructor({ place, text }) {
    Object.assign(this, { place, text });
  }

  /** Shows these fields of the form with these values; `canWait` adds a button to do it later. */
  show({ form, fields, values, canWait, submit }) {
    this.#fields.clear();
    const rows = fields.map((field) => this.#row(field, values[field.id] || ''));
    if (form.consent) rows.push(this.#consent(form.consent));
    this.status = element('span', 'introduce__status', '', { role: 'status' });
    const buttons = element('div', 'introduce__buttons');
    buttons.append(element('button', 'button', this.text(submit), { type: 'submit' }));
    if (canWait) buttons.append(element('button', 'button button--quiet introduce__later', this.text('notNow'), { type: 'button' }));
    buttons.append(this.status);
    this.place.replaceChildren(element('p', 'introduce__reason', form.intro), ...rows, buttons);
  }

  #row(field, value) {
    const input = element(TAGS[field.kind] || 'input', '', '', { id: `field-${field.id}`, name: field.id, dir: 'auto', ...KINDS[field.kind] });
    if (field.kind === 'choice') input.append(...['', ...field.choices].map((one) => element('option', '', one || this.text('choose'), { value: one })));
    input.value = value;
    if (field.hint) input.placeholder = field.kind === 'choice' ? '' : field.hint;
    const row = element('div', `field field--${field.kind}`);
    row.append(element('label', '', field.label || this.text(field.kind), { htmlFor: input.id }), input);
    return this.#finish(row, field, input);
  }

  #consent({ parts }) {
    const input = element('input', '', '', { id: 'field-consent', name: 'consent', type: 'checkbox' });
    const label = element('label', '', '', { htmlFor: input.id, dir: 'auto' });
    label.append(...parts.map(([words, href]) => (href && /^https?:/.test(href)
      ? element('a', '', words, { href, target: '_blank', rel: 'noopener noreferrer nofollow' }) : words)));
    const row = element('div', 'field field--consent');
    row.append(input, label);
    return this.#finish(row, { id: 'consent', kind: 'consent', required: true }, input);
  }

  #finish(row, field, input) {
    const error = element('p', 'field__error', '', { id: `${input.id}-error` });
    error.setAttribute('role', 'alert');
    input.setAttribute('aria-describedby', error.id);
    if (field.required) {
      input.required = true;
      row.classList.add('field--must');
    }
    row.append(error);
    this.#fields.set(field.id, { field, input, error });
    return row;
  }

  /** What stands in it, without what is empty. */
  values() {
    const found = [...this.#fields.values()].filter(({ field }) => field.kind !== 'consent');
    return Object.fromEntries(found.map(({ field, input }) => [field.id, input.value.trim()]).filter(([, value]) => value));
  }

  get hasAgreed() {
    const consent = this.#fields.get('consent');
    return Boolean(consent && consent.input.checked);
  }

  /** What is missing or cannot be, before anybody is asked: {id of the field: sentence}. */
  wrong() {
    const values = this.values();
    const errors = {};
    for (const { field } of this.#fields.values()) {
      const value = values[field.id];
      const name = field.kind === 'consent' ? !this.hasAgreed && 'agree'
        : value ? WRONG[field.kind] && WRONG[field.kind](value) : field.required && 'fillIn';
      if (name) errors[field.id] = this.text(name);
    }
    return errors;
  }

  /** Shows these errors and no others. */
  refuse(errors) {
    for (const [id, { input, error }] of this.#fields) {
      input.setAttribute('aria-invalid', String(Boolean(errors[id])));
      error.textContent = errors[id] || '';
    }
    const first = [...this.#fields.keys()].find((id) => errors[id]);
    if (first) this.focus(first);
  }

  focus(id) {
    const entry = this.#fields.get(id) || [...this.#fields.values()][0];
    if (entry) entry.input.focus();
  }

  say(sentence) {
    this.status.textContent = sentence;
  }
}
