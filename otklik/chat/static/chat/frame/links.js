// Plain text with its web addresses made into links. Nothing of the text is ever read as markup.

const ADDRESS = /https?:\/\/[^\s<>"'«»“”]+/gi;
// Signs that end a sentence rather than an address; a closing bracket belongs to it only with an opening one.
const TAIL = /[.,:;!?…]+$/;

function trimmed(address) {
  let short = address.replace(TAIL, '');
  while (short.endsWith(')') && !short.includes('(')) short = short.slice(0, -1).replace(TAIL, '');
  return short;
}

function link(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return document.createTextNode(address);
  }
  const anchor = document.createElement('a');
  anchor.href = url.href;
  anchor.textContent = address;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer nofollow';
  return anchor;
}

export function linked(text) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    fragment.append(text.slice(end, match.index), link(address));
    end = match.index + address.length;
  }
  fragment.append(text.slice(end));
  return fragment;
}
