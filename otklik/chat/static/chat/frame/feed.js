// The list of messages: patched in place by id, so that a screen reader hears each once and nothing jumps.

import { bubble, fill } from './bubble.js';
import { config } from './config.js';
import { dayName, dayOf } from './days.js';

// Messages of one author within this time stand together.
const PAUSE = 5 * 60 * 1000;
const NEAR = 80;

export class Feed {
  #elements = new Map();
  #signatures = new Map();

  constructor({ list, scroller, newest, conversation, automatic, outbox }) {
    Object.assign(this, { list, scroller, newest, conversation, automatic, outbox });
    this.actions = { retry: (id) => outbox.retry(id), remove: (id) => outbox.discard(id) };
    newest.onclick = () => this.toEnd('smooth');
    this.isAtEnd = true;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(scroller);
  }

  render() {
    const before = this.#elements.size;
    const wanted = this.#wanted();
    this.#drop(new Set(wanted.map((one) => one.key)));
    let previous = null;
    for (const one of wanted) previous = this.#place(one, previous);

    const last = wanted[wanted.length - 1];
    const hasGrown = this.#elements.size > before;
    if (this.isAtEnd || (hasGrown && last && last.isPending)) this.toEnd();
    else if (hasGrown && last && last.type === 'agent') this.newest.hidden = false;
  }

  /** Entries in order: date lines, the conversation, then what is still on its way. */
  #wanted() {
    const isFailing = this.outbox.isFailing();
    const pending = this.outbox.items().filter((item) => !this.conversation.has(item.id)).map((item) => (
      { ...item, type: 'client', createdAt: item.at, isPending: true, isFailing, isHeld: this.outbox.isHeld() }));
    const entries = [...this.conversation.ordered(), ...this.automatic.items(), ...pending];
    const joined = joining();
    return entries.flatMap((entry, at) => {
      const shown = { key: entry.id, ...entry, isFirst: !together(entries[at - 1], entry), isLast: !together(entry, entries[at + 1]) };
      const isNewDay = !at || dayOf(entries[at - 1].createdAt) < dayOf(entry.createdAt);
      const day = isNewDay ? [{ key: `day ${dayOf(entry.createdAt)}`, day: dayName(entry.createdAt) }] : [];
      return [...day, ...joined(entry), shown];
    });
  }

  #place(entry, previous) {
    let element = this.#elements.get(entry.key);
    if (!element) {
      element = entry.day ? document.createElement('h2') : bubble();
      this.#elements.set(entry.key, element);
    }
    const signature = JSON.stringify(entry);
    if (this.#signatures.get(entry.key) !== signature) {
      if (entry.day) Object.assign(element, { className: 'day', textContent: entry.day });
      else fill(element, entry, this.actions);
      this.#signatures.set(entry.key, signature);
    }
    const next = previous ? previous.nextSibling : this.list.firstChild;
    if (next !== element) this.list.insertBefore(element, next);
    return element;
  }

  #drop(wanted) {
    for (const [key, element] of this.#elements) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#elements.delete(key);
      this.#signatures.delete(key);
    }
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.isAtEnd) this.newest.hidden = true;
  }

  toEnd(behavior = 'auto') {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
    this.newest.hidden = true;
  }
}

/** A line at the first word of each agent, when the page has words for it. */
function joining() {
  const names = new Set(['', config.siteName]);
  return ({ agent }) => {
    const name = (agent && agent.name) || '';
    if (!config.texts.joined || names.has(name)) return [];
    names.add(name);
    const line = config.texts.joined.replace(/\{\{#?\w+\}\}/g, name);
    return [{ key: `joined ${name}`, day: line.includes(name) ? line : `${name} ${line}` }];
  };
}

function together(one, other) {
  if (!one || !other || one.type !== other.type) return false;
  // That a message was edited stands below it.
  if (one.edited && !one.deleted) return false;
  if (Boolean(one.isPending) !== Boolean(other.isPending) || (one.refused || other.refused)) return false;
  const names = [one, other].map((entry) => (entry.agent ? entry.agent.name : ''));
  return names[0] === names[1] && other.createdAt - one.createdAt < PAUSE && dayOf(one.createdAt) === dayOf(other.createdAt);
}
