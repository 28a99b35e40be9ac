// What the visitor may do with the chat itself: switch its sound, keep the conversation as a file.

import { config, text } from './config.js';
import { post } from './door.js';
import { fileSize } from './files.js';
import { later } from './later.js';
import { Popup } from './popup.js';

export class Menu {
  constructor({ button, panel, sound, conversation, say }) {
    this.sound = sound;
    this.popup = new Popup({ button, panel, onOpen: () => this.#render() });
    this.switch = panel.querySelector('[data-sound]');
    this.transcript = panel.querySelector('[data-transcript]');
    this.conversation = conversation;
    this.switch.addEventListener('click', () => {
      sound.switch();
      this.#render();
    });
    this.transcript.addEventListener('click', async () => {
      this.popup.close();
      button.focus();
      say('');
      try {
        const { Transcript } = await later();
        await new Transcript({ config, text, post, fileSize }).download();
      } catch {
        say(text('transcriptFailed'));
      }
    });
  }

  #render() {
    this.switch.setAttribute('aria-checked', String(this.sound.isOn));
    // There is nothing to keep yet; a button that is not there is not reached by keyboard either.
    this.transcript.disabled = !this.conversation.visitor;
  }
}
