// Messages that the page says by itself (sendAutoMessage). They cost no enquiry: they stay in this tab until the
// visitor writes, and go along with what he writes. The same one is said once in a visit.

import { config } from './config.js';
import { tabStore } from './store.js';

const NAME = 'automatic';
const LIMIT = 5;

function textOf(message) {
  const text = typeof message === 'object' && message ? message.text || message.message : message;
  return typeof text === 'string' ? text.trim().slice(0, config.limit) : '';
}

export class Automatic extends EventTarget {
  #said = JSON.parse(tabStore.get(NAME) || '[]');

  /** The last of them that is said for the first time; empty when none is. */
  say(messages) {
    const news = (messages || []).map(textOf).filter((text) => text && !this.#said.some((one) => one.text === text));
    const room = LIMIT - this.#said.length;
    // A page that says one twice in one breath says it once.
    const said = [...new Set(news.slice(0, Math.max(room, 0)))];
    for (const text of said) this.#said.push({ text, at: Date.now(), isRead: false, isTold: false });
    if (said.length) this.#keep();
    return said[said.length - 1] || '';
  }

  #waiting() {
    return this.#said.filter((one) => !one.isTold);
  }

  /** As the feed shows them. */
  items() {
    return this.#waiting().map(({ text, at }) => (
      { id: `automatic ${at} ${text}`, type: 'agent', text, createdAt: at, agent: { name: config.siteName, avatar: '' } }));
  }

  /** As the server takes them. */
  untold() {
    return this.#waiting().map(({ text, at }) => ({ text, at }));
  }

  unread() {
    return this.#waiting().filter((one) => !one.isRead).length;
  }

  read() {
    this.#mark('isRead');
  }

  told() {
    this.#mark('isTold');
  }

  #mark(what) {
    const marked = this.#waiting().filter((one) => !one[what]);
    if (!marked.length) return;
    for (const one of marked) one[what] = true;
    this.#keep();
  }

  #keep() {
    tabStore.set(NAME, JSON.stringify(this.#said));
    this.dispatchEvent(new Event('change'));
  }
}
