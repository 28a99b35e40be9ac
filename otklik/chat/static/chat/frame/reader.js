// What the visitor has before his eyes counts as read; what he has not is counted on the button.

import { tell } from './bridge.js';
import { post } from './door.js';

export class Reader {
  #told = 0;
  #counted = -1;
  #owed = 0;

  constructor(conversation, automatic) {
    this.conversation = conversation;
    this.automatic = automatic;
    this.isOpen = false;
    document.addEventListener('visibilitychange', () => this.look());
    conversation.addEventListener('change', () => this.look());
  }

  setOpen(isOpen) {
    this.isOpen = isOpen;
    this.look();
  }

  look() {
    const unread = this.conversation.unread();
    const isLooking = this.isOpen && !document.hidden;
    if (this.#owed) this.#tell(this.#owed);
    if (isLooking) this.automatic.read();
    if (unread.length && isLooking) this.#read(unread[unread.length - 1].number);
    else this.#count(unread.length + this.automatic.unread());
  }

  #count(count) {
    if (count === this.#counted) return;
    this.#counted = count;
    tell('unread', { count });
  }

  #read(number) {
    this.#tell(number);
    this.conversation.markRead(number);
  }

  async #tell(number) {
    if (number <= this.#told) return;
    this.#told = number;
    this.#owed = 0;
    try {
      await post('read', { number });
    } catch {
      // Owed until the next occasion: a message, a look, a line that is back.
      this.#told = 0;
      this.#owed = number;
    }
  }
}
