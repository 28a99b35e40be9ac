// A short sound for an answer that comes while the visitor looks elsewhere. Never before he touched the chat: a page
// that begins to sound by itself frightens.

import { isKnown } from './door.js';
import { store } from './store.js';

const NOTES = [[784, 0], [1047, 0.11]];
const LOUD = 0.07;
const LASTS = 0.32;

export class Sound {
  #context = null;
  #wish = null;
  #isTouched = false;

  constructor() {
    const touch = () => { this.#isTouched = true; };
    for (const name of ['pointerdown', 'keydown']) document.addEventListener(name, touch, { capture: true, once: true });
  }

  get isOn() {
    return (this.#wish ?? store.get('sound') ?? 'on') === 'on';
  }

  switch() {
    this.#wish = this.isOn ? 'off' : 'on';
    this.keep();
  }

  /** On his device stands nothing before he has written. */
  keep() {
    if (this.#wish && isKnown()) store.set('sound', this.#wish);
  }

  /** Once for a message, in one of the tabs. */
  ring({ id }) {
    if (!this.isOn || !this.#isTouched || store.get('rung') === id) return;
    this.hush({ id });
    try {
      this.#play();
    } catch { /* a device without sound */ }
  }

  /** He sees this message: no tab has to tell of it. */
  hush({ id }) {
    store.set('rung', id);
  }

  #play() {
    this.#context = this.#context || new AudioContext();
    this.#context.resume();
    for (const [pitch, wait] of NOTES) {
      const at = this.#context.currentTime + wait;
      const tone = this.#context.createOscillator();
      const loud = this.#context.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(LOUD, at);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + LASTS);
      tone.connect(loud).connect(this.#context.destination);
      tone.start(at);
      tone.stop(at + LASTS);
    }
  }
}
