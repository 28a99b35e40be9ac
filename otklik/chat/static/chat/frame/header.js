// Who is on the other side: the site and the faces of those who answer.

import { avatar } from './avatar.js';

const FACES = 3;

export class Header {
  constructor({ faces, names, conversation }) {
    Object.assign(this, { faces, names, conversation });
    this.shown = '';
  }

  render() {
    const { agents } = this.conversation;
    const signature = JSON.stringify(agents);
    if (signature === this.shown) return;
    this.shown = signature;
    this.faces.replaceChildren(...agents.slice(0, FACES).map(avatar));
    this.names.textContent = agents.slice(0, FACES).map((agent) => agent.name).join(', ');
  }
}
