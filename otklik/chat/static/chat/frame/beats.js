// Where the site shows its agents who is there: an open page of somebody who has not written yet says so. Nothing is
// kept on his device for it. The answer may bring what an agent writes to him first.

import { config } from './config.js';
import { isKnown, post, uuid } from './door.js';

const EVERY = 20000;

export class Beats {
  #tab = uuid();

  constructor({ trail, onText }) {
    Object.assign(this, { trail, onText });
    if (!config.watching.visitors) return;
    this.beat();
    setInterval(() => this.beat(), EVERY);
  }

  async beat() {
    const page = this.trail.pages[this.trail.pages.length - 1];
    if (!page || isKnown()) return;
    try {
      const { text } = await post('beat', { tab: this.#tab, page, referrer: this.trail.referrer });
      if (text) this.onText(text);
    } catch {
      // The next beat says it again.
    }
  }
}
