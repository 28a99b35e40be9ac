// <push-switch data-key="…" data-worker="…" data-url="…" data-token="…">: switches messages to this browser on and off,
// while no page of the desk is open. Shows of its parts the one whose data-state it has.
const decoded = (key) => Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const deed = event.target.closest("[data-push]")?.dataset.push;
      if (deed) this[deed]().catch(() => this.show("failed"));
    });
    this.look().catch(() => this.show("failed"));
  }

  show(state) {
    for (const part of this.querySelectorAll("[data-state]")) part.hidden = !part.dataset.state.split(" ").includes(state);
  }

  async look() {
    if (!("PushManager" in globalThis) || !navigator.serviceWorker || !globalThis.Notification) return this.show("unable");
    if (Notification.permission === "denied") return this.show("forbidden");
    const worker = await navigator.serviceWorker.getRegistration("/");
    this.show((await worker?.pushManager.getSubscription()) ? "on" : "off");
  }

  async on() {
    if ((await Notification.requestPermission()) !== "granted") return this.look();
    const worker = await navigator.serviceWorker.register(this.dataset.worker, { scope: "/" });
    await navigator.serviceWorker.ready;
    // One that was made with other keys than the present ones gets nothing.
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decoded(this.dataset.key) });
    const { endpoint, keys } = made.toJSON();
    const answer = await this.send({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
    if (!answer.ok) {
      await made.unsubscribe();
      return this.show("failed");
    }
    return location.reload();
  }

  async off() {
    const worker = await navigator.serviceWorker.getRegistration("/");
    const made = await worker?.pushManager.getSubscription();
    if (made) {
      await this.send({ endpoint: made.endpoint, off: "1" });
      await made.unsubscribe();
    }
    return location.reload();
  }

  send(values) {
    const headers = { "X-CSRFToken": this.dataset.token };
    return fetch(this.dataset.url, { method: "POST", body: new URLSearchParams(values), headers });
  }
}

customElements.define("push-switch", PushSwitch);
