// Runs without a page: shows what the desk sends, and opens the task on a press.
self.addEventListener("push", (event) => {
  const { title, text, tag, address, isLoud } = event.data.json();
  const options = { body: text, tag, renotify: true, requireInteraction: isLoud, data: { address } };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { address } = event.notification.data;
  const open = async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = pages.find((page) => new URL(page.url).pathname === address);
    // No other page is led away from what somebody types there.
    return there ? there.focus() : self.clients.openWindow(address);
  };
  event.waitUntil(open());
});

// A new version of this file is used at once.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
