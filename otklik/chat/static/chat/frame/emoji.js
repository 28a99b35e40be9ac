// A few emoji to choose from, for keyboards that have none. They are written into the text as they are.

import { Popup } from './popup.js';

const COLUMNS = 8;
const EMOJI = [
  '🙂😀😄😂🤣😊😉😍', '🥰😘😎🤔😐😏🙄😮', '😢😭😡😱🥳🤗🤝🙏', '👍👎👌👏🙌💪👋✌️',
  '❤️🧡💛💚💙💜💔✨', '🎉🎁🌹🌷☀️🔥⭐⚡', '✅❌❗❓💯📷📎📦', '🚚🏠📞✉️⏰📅💳☕',
];

/** Whole characters: a heart is two code points and one sign. */
const signs = (line) => [...line].reduce((found, part) => (
  part === '\ufe0f' ? [...found.slice(0, -1), found[found.length - 1] + part] : [...found, part]), []);

export class Emoji {
  constructor({ button, panel, box }) {
    this.box = box;
    this.popup = new Popup({ button, panel, columns: COLUMNS, onOpen: () => this.#fill(panel) });
  }

  #fill(panel) {
    if (panel.children.length) return;
    panel.append(...EMOJI.flatMap(signs).map((sign) => {
      const item = document.createElement('button');
      item.type = 'button';
      item.className = 'emoji__item';
      item.tabIndex = -1;
      item.textContent = sign;
      item.onclick = () => this.#write(sign);
      return item;
    }));
  }

  #write(sign) {
    const { box } = this;
    this.popup.close();
    box.setRangeText(sign, box.selectionStart, box.selectionEnd, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.focus();
  }
}
