// What the visitor adds to his message: chosen, pasted or dropped; checked before anything is sent.

import { config, text } from './config.js';
import { uuid } from './door.js';
import { fileSize } from './files.js';
import { tabStore } from './store.js';

const PROGRAMS = /\.(apk|app|bat|cmd|com|command|cpl|desktop|dll|dmg|exe|hta|jar|js|jse|lnk|msi|msix|pif|ps1|psm1|reg|scr|sys|vb|vbe|vbs|wsf|wsh)$/i;

export class Attachments extends EventTarget {
  #files = JSON.parse(tabStore.get('files') || '[]');
  #pictures = new Map();

  constructor({ input, list, form, say, uploads }) {
    super();
    Object.assign(this, { input, list, form, say, uploads });
    this.shape = document.getElementById('attachment').content;
    input.addEventListener('change', () => {
      this.add(input.files);
      input.value = '';
    });
    form.addEventListener('paste', (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    this.#listenToDrags(document.body);
    uploads.addEventListener('progress', ({ detail }) => this.#showProgress(detail));
    for (const file of this.#files) uploads.finish(file).catch(() => {});
    this.#render();
  }

  #listenToDrags(place) {
    const isOfFiles = (event) => event.dataTransfer && event.dataTransfer.types.includes('Files');
    place.addEventListener('dragover', (event) => {
      if (!isOfFiles(event)) return;
      event.preventDefault();
      this.form.classList.add('composer--drop');
    });
    place.addEventListener('dragleave', () => this.form.classList.remove('composer--drop'));
    place.addEventListener('drop', (event) => {
      this.form.classList.remove('composer--drop');
      if (!isOfFiles(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  get isEmpty() {
    return !this.#files.length;
  }

  /** Hands the files over to a message. */
  take() {
    const files = this.#files;
    this.#set([]);
    return files;
  }

  add(files) {
    const refused = [];
    for (const file of files) {
      const why = this.#refusal(file);
      if (why) refused.push(why);
      else this.#add(file);
    }
    this.say(refused.join(' '));
  }

  #refusal(file) {
    if (!file.size) return text('fileEmpty', { name: file.name });
    if (file.size > config.files.largest) return text('fileTooLarge', { name: file.name, limit: fileSize(config.files.largest) });
    if (PROGRAMS.test(file.name)) return text('fileProgram', { name: file.name });
    if (this.#files.length >= config.files.most) return text('tooManyFiles', { limit: config.files.most });
    return '';
  }

  #add(file) {
    const added = { id: uuid(), name: file.name, size: file.size };
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) this.#pictures.set(added.id, URL.createObjectURL(file));
    this.uploads.add(added.id, file);
    this.#set([...this.#files, added]);
  }

  #remove(id) {
    this.uploads.forget(id);
    this.#set(this.#files.filter((file) => file.id !== id));
    this.say('');
    this.dispatchEvent(new Event('removed'));
  }

  #set(files) {
    this.#files = files;
    if (files.length) tabStore.set('files', JSON.stringify(files));
    else tabStore.remove('files');
    this.#render();
  }

  #render() {
    this.list.replaceChildren(...this.#files.map((file) => this.#row(file)));
    this.list.hidden = this.isEmpty;
  }

  #row(file) {
    const row = this.shape.firstElementChild.cloneNode(true);
    row.dataset.id = file.id;
    row.querySelector('.attachment__name').textContent = file.name;
    row.querySelector('.attachment__size').textContent = fileSize(file.size);
    const picture = this.#pictures.get(file.id);
    if (picture) row.querySelector('.attachment__picture').src = picture;
    row.querySelector('.attachment__picture').hidden = !picture;
    const button = row.querySelector('button');
    button.setAttribute('aria-label', text('removeFile', { name: file.name }));
    button.onclick = () => this.#remove(file.id);
    this.#fillProgress(row, file.id);
    return row;
  }

  #showProgress(id) {
    const row = [...this.list.children].find((one) => one.dataset.id === id);
    if (row) this.#fillProgress(row, id);
  }

  #fillProgress(row, id) {
    const bar = row.querySelector('progress');
    const part = this.uploads.progress(id);
    bar.hidden = part === null;
    bar.value = part || 0;
  }
}
