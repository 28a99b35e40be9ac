// One entry of the feed, made from the page's <template> and filled as text.

import { avatar } from './avatar.js';
import { text } from './config.js';
import { timeOf } from './days.js';
import { fileEntry } from './files.js';
import { linked } from './links.js';

const shape = document.getElementById('bubble').content;

/** The states of a visitor's message, in the order in which it passes them. */
function stateOf(entry) {
  if (entry.refused || entry.isFailing) return 'notSent';
  if (entry.isPending) return entry.isHeld ? 'held' : 'sending';
  return entry.read ? 'read' : 'sent';
}

function action(name, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'bubble__action';
  button.textContent = text(name);
  button.onclick = act;
  return button;
}

/** A name of another direction does not turn the words around it. */
function isolated(name) {
  const place = document.createElement('bdi');
  place.textContent = name;
  return place;
}

function meta(entry, actions) {
  const parts = [];
  const line = [];
  const isOwn = entry.type === 'client';
  const state = isOwn ? stateOf(entry) : '';
  if (!isOwn && entry.agent) line.push(isolated(entry.agent.name), ' · ');
  parts.push(timeOf(entry.createdAt));
  if (entry.edited && !entry.deleted) parts.push(text('edited'));
  if (state) parts.push(text(state));
  line.push(parts.join(' · '));
  if (state === 'notSent') line.push(' · ', action('tryAgain', () => actions.retry(entry.id)));
  if (entry.refused) line.push(' · ', action('discard', () => actions.remove(entry.id)));
  return line;
}

export function bubble() {
  return shape.firstElementChild.cloneNode(true);
}

export function fill(element, entry, actions) {
  const isOwn = entry.type === 'client';
  element.className = `bubble bubble--${isOwn ? 'own' : 'theirs'}`;
  element.classList.toggle('bubble--first', entry.isFirst);
  element.classList.toggle('bubble--last', entry.isLast);
  element.classList.toggle('bubble--pending', Boolean(entry.isPending));
  element.classList.toggle('bubble--deleted', Boolean(entry.deleted));
  element.dataset.state = isOwn ? stateOf(entry) : '';

  const part = (name) => element.querySelector(`.bubble__${name}`);
  part('face').replaceChildren(...(!isOwn && entry.isLast ? [avatar(entry.agent || { name: '' })] : []));
  part('author').textContent = isOwn ? text('you') : (entry.agent && entry.agent.name) || '';
  part('text').replaceChildren(entry.deleted ? text('deleted') : linked(entry.text));
  part('files').replaceChildren(...(entry.deleted ? [] : entry.files || []).map(fileEntry));
  part('refusal').textContent = entry.refused || '';
  part('meta').replaceChildren(...meta(entry, actions));
}
