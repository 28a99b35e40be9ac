// Who is on the other side: the site and the faces of those who answer; that a message can be left while nobody is there.

import { avatar } from './avatar.js';
import { text } from './config.js';

const FACES = 3;

export class Header {
  constructor({ faces, names, conversation }) {
    Object.assign(this, { faces, names, conversation });
    this.shown = '';
  }

  render() {
    const { agents, isAway } = this.conversation;
    const words = isAway ? text('leaveMessage') : agents.slice(0, FACES).map((agent) => agent.name).join(', ');
    const signature = JSON.stringify([agents, words]);
    if (signature === this.shown) return;
    this.shown = signature;
    this.faces.replaceChildren(...agents.slice(0, FACES).map(avatar));
    this.names.textContent = words;
  }
}
