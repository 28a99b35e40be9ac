// The consent page stands in a window of its own. When it is done, that window says so and closes, and the page that
// opened it goes on. Without this script all happens in one window.
const channel = (element) => new BroadcastChannel(`consent ${element.dataset.state}`);

class ConsentWindow extends HTMLElement {
  connectedCallback() {
    this.channel = channel(this);
    this.channel.onmessage = (event) => location.assign(event.data);
    this.addEventListener("click", (event) => {
      if (event.target.closest("a.button--primary") && this.open()) event.preventDefault();
    });
    this.querySelector("h2").focus();
    this.open();
  }

  disconnectedCallback() {
    this.channel.close();
  }

  open() {
    // Refused by a browser that wants a click for it: the link is there.
    return window.open(this.dataset.address, "consent", "popup,width=640,height=860");
  }
}

class ConsentDone extends HTMLElement {
  connectedCallback() {
    const { address } = this.dataset;
    channel(this).postMessage(new URL(address, location).pathname);
    if (window.opener) window.close();
    else location.replace(address);
  }
}

customElements.define("consent-window", ConsentWindow);
customElements.define("consent-done", ConsentDone);
