// What is known of the conversation. Messages come in any order and any number of times; the version decides.

export class Conversation extends EventTarget {
  #messages = new Map();
  cursor = 0;
  agents = [];
  isAway = false;
  visitor = null;

  /**
   * The cursor moves only with what the stream or a greeting brought: the answer to a send may be newer
   * than an agent's message that has not arrived yet.
   */
  take(messages, cursor = 0) {
    const fresh = messages.filter((message) => this.#isNews(message));
    for (const message of fresh) this.#messages.set(message.id, message);
    this.cursor = Math.max(this.cursor, cursor);
    if (fresh.length) this.changed();
  }

  #isNews(message) {
    const known = this.#messages.get(message.id);
    return !known || message.version > known.version;
  }

  has(id) {
    return this.#messages.has(id);
  }

  ordered() {
    return [...this.#messages.values()].sort((one, other) => one.number - other.number);
  }

  unread() {
    return this.ordered().filter((message) => message.type === 'agent' && !message.read && !message.deleted);
  }

  /** Shown to the visitor: what the server will confirm with new versions. */
  markRead(number) {
    for (const message of this.unread()) {
      if (message.number <= number) this.#messages.set(message.id, { ...message, read: true });
    }
    this.changed();
  }

  setVisitor(visitor) {
    this.visitor = visitor;
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}
