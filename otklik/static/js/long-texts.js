// Texts that the browser's small storage does not hold: a reload must not lose what somebody pasted.
const opened = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("otklik", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("texts");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const done = (mode, work) =>
  opened()
    .then(
      (base) =>
        new Promise((resolve) => {
          const request = work(base.transaction("texts", mode).objectStore("texts"));
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => resolve(undefined);
        }),
    )
    // A browser without it keeps them as long as the page is open.
    .catch(() => undefined);

export const keepLong = (key, text) => done("readwrite", (texts) => texts.put(text, key));
export const longText = (key) => done("readonly", (texts) => texts.get(key)).then((text) => text ?? "");
export const dropLong = (key) => done("readwrite", (texts) => texts.delete(key));
