// Files of a message, as the feed shows them: pictures with a preview, all else by name and size.

import { config, text } from './config.js';

export function fileSize(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte'];
  const step = Math.min(2, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const options = { style: 'unit', unit: units[step], maximumFractionDigits: step > 1 ? 1 : 0 };
  return new Intl.NumberFormat(config.language, options).format(bytes / 1024 ** step);
}

function preview(file) {
  const picture = new Image(file.width, file.height);
  picture.className = 'file__preview';
  picture.alt = file.name;
  picture.src = file.preview;
  return picture;
}

function name(file) {
  const line = document.createElement('span');
  line.className = 'file__name';
  line.dir = 'auto';
  line.textContent = file.name;
  const size = document.createElement('span');
  size.className = 'file__size';
  size.textContent = fileSize(file.size);
  return [line, ' ', size];
}

/** One entry; without an address it is still on its way. */
export function fileEntry(file) {
  const entry = document.createElement(file.url ? 'a' : 'span');
  entry.className = 'file';
  if (file.url) {
    entry.href = file.url;
    entry.target = '_blank';
    entry.rel = 'noopener noreferrer';
    entry.title = text('openFile', { name: file.name });
  }
  if (file.preview) entry.classList.add('file--picture');
  entry.append(...(file.preview ? [preview(file)] : name(file)));
  return entry;
}
