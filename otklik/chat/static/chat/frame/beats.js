// Where the site shows its agents who is there: an open page of somebody who has not written yet says so. Only his tab
// remembers that, so that his next page says it too. The answer may bring what an agent writes to him first.

import { tell } from './bridge.js';
import { config } from './config.js';
import { isKnown, post, uuid } from './door.js';

const EVERY = 20000;

export class Beats {
  /** `tab` is the tab's name as the page before this one gave it. */
  constructor({ trail, tab, onText }) {
    Object.assign(this, { trail, onText });
    if (!config.watching.visitors) return;
    this.tab = tab || uuid();
    tell('store', { area: 'sessionStorage', name: 'met', value: this.tab });
    this.beat();
    setInterval(() => this.beat(), EVERY);
  }

  async beat() {
    const page = this.trail.pages[this.trail.pages.length - 1];
    if (!this.tab || !page || isKnown()) return;
    try {
      const { text } = await post('beat', { tab: this.tab, page, referrer: this.trail.referrer });
      if (text) this.onText(text);
    } catch {
      // The next beat says it again.
    }
  }
}
