// Files that are not uploaded yet, kept over a reload where the browser lets a frame keep them; else in memory.

import { config } from './config.js';

const memory = new Map();
let opening = null;

function opened() {
  opening = opening || new Promise((resolve, reject) => {
    const request = indexedDB.open(`otklik:${config.key}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('files');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function run(mode, act) {
  try {
    const database = await opened();
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction('files', mode).objectStore('files'));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return undefined; // closed or full
  }
}

export async function keepBlob(id, blob) {
  memory.set(id, blob);
  await run('readwrite', (store) => store.put(blob, id));
}

export async function blobOf(id) {
  return memory.get(id) || run('readonly', (store) => store.get(id));
}

export async function dropBlob(id) {
  memory.delete(id);
  await run('readwrite', (store) => store.delete(id));
}
