// Calls to the server. The visitor is known by a secret that his browser made with his first message.

import { config } from './config.js';
import { store } from './store.js';

const PATIENCE = 15000;
// Only these say that the same call will never succeed; all else may be a passing trouble.
const FINAL = new Set([400, 403, 413]);

export class DoorError extends Error {
  constructor(status, answer, wait) {
    const error = (answer && answer.error) || {};
    super(error.message || `${status}`);
    this.isRefusal = FINAL.has(status) && Boolean(error.code);
    this.fields = error.fields || {};
    this.form = error.form;
    this.wait = wait;
  }
}

export const isKnown = () => store.get('secret') !== null;

export function makeKnown() {
  if (isKnown()) return;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  store.set('secret', btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''));
}

/** A random id. crypto.randomUUID exists on https only. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const address = (path) => new URL(`../${path}`, location.href.split(/[?#]/)[0]).href;

/** Sends a file as it is; `told` hears how much of it is there. */
export function upload({ id, name }, blob, told) {
  const query = new URLSearchParams({ key: config.key, language: config.language, id, name });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const answer = () => {
      try {
        return JSON.parse(request.responseText);
      } catch {
        return null;
      }
    };
    request.upload.onprogress = ({ loaded, total }) => told(loaded / (total || 1));
    request.onload = () => (request.status === 200 && answer() ? resolve(answer())
      : reject(new DoorError(request.status, answer(), Number(request.getResponseHeader('Retry-After')) * 1000 || 0)));
    request.onerror = () => reject(new Error('The line was cut.'));
    request.open('POST', `${address('files')}?${query}`);
    request.setRequestHeader('Authorization', `Visitor ${store.get('secret')}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.send(blob);
  });
}

export async function post(path, body = {}) {
  const headers = { 'Content-Type': 'application/json' };
  if (isKnown()) headers.Authorization = `Visitor ${store.get('secret')}`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(address(path), {
      method: 'POST', headers, credentials: 'omit', cache: 'no-store', signal: stop.signal,
      body: JSON.stringify({ key: config.key, language: config.language, ...body }),
    });
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    throw new DoorError(response.status, answer, Number(response.headers.get('Retry-After')) * 1000 || 0);
  } finally {
    clearTimeout(timer);
  }
}
