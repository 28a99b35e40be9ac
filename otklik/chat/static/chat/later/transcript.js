// The conversation as a file of the visitor's: a page that opens without us, in his language and his time.

const STYLE = 'body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}'
  + 'article{margin:1rem 0}p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}small{color:#555}';
function element(tag, content, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...[].concat(content));
  return made;
}

export class Transcript {
  /** Everything is the frame's own: its words, its calls, its way to say a size. */
  constructor({ config, text, post, fileSize }) {
    Object.assign(this, { config, text, post, fileSize });
    this.clock = new Intl.DateTimeFormat(config.language, { dateStyle: 'long', timeStyle: 'short' });
  }

  /** Gives the visitor all that is said in his conversation. */
  async download() {
    const file = new Blob([this.#page(await this.#whole())], { type: 'text/html;charset=utf-8' });
    const day = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    const link = element('a', '', { href: URL.createObjectURL(file), download: `${this.config.siteName} ${day}.html` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  async #whole() {
    let messages = [];
    for (let isAll = false; !isAll;) {
      const found = await this.post('history', messages.length ? { before: messages[0].number } : {});
      messages = [...found.messages, ...messages];
      isAll = found.isAll;
    }
    return messages;
  }

  #entry(message) {
    const { clock, config, fileSize, text } = this;
    const author = message.type === 'client' ? text('you') : (message.agent && message.agent.name) || config.siteName;
    const files = message.files.map((file) => element('p', element('a', `${file.name} (${fileSize(file.size)})`, { href: file.url })));
    const mark = message.edited && !message.deleted ? ` · ${text('edited')}` : '';
    return element('article', [
      element('b', author, { dir: 'auto' }), ' ', element('small', clock.format(message.createdAt) + mark),
      element('p', message.deleted ? text('deleted') : message.text, { dir: 'auto' }), ...files,
    ]);
  }

  #page(messages) {
    const { clock, config } = this;
    const title = element('title', config.siteName);
    const said = `${clock.format(Date.now())} (${clock.resolvedOptions().timeZone})`;
    const body = element('body', [
      element('h1', config.siteName, { dir: 'auto' }), element('p', element('small', said)),
      ...messages.map((message) => this.#entry(message)),
    ]);
    const head = `<head><meta charset="utf-8">${title.outerHTML}<style>${STYLE}</style></head>`;
    return `<!doctype html>\n<html lang="${config.language}" dir="${document.dir}">${head}${body.outerHTML}</html>\n`;
  }
}
