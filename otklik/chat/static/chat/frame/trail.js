// The pages the visitor has seen. They stay with the page until he writes; from then on the server hears of each.

import { isKnown, post } from './door.js';
import { tabStore } from './store.js';

export class Trail {
  pages = [];
  referrer = '';

  take({ pages, referrer }) {
    this.pages = pages || [];
    this.referrer = referrer || '';
  }

  /** What the server has not heard of yet. */
  untold() {
    const told = Number(tabStore.get('toldUntil'));
    return this.pages.filter((page) => page.viewedAt > told);
  }

  told(pages) {
    if (pages.length) tabStore.set('toldUntil', String(pages[pages.length - 1].viewedAt));
  }

  async report() {
    const pages = this.untold();
    if (!isKnown() || !pages.length) return;
    try {
      await post('pages', { pages, referrer: this.referrer });
      this.told(pages);
    } catch {
      // The next page or message brings them along.
    }
  }
}
