// A website's page with the real widget on it, for the administration's preview. What the form says comes by message.
// Nobody writes here: what is written would be a conversation of the site.

let worn = null;

const locale = (words) => ({ customStrings: { welcome: words.greeting }, chat: { input: { placeholder: words.placeholder } } });

function begin(setup) {
  // What the form says before the script is there waits, as on a page of the site.
  window.Chatra = (...call) => (window.Chatra.q = window.Chatra.q || []).push(call);
  window.ChatraSetup = setup;
  window.ChatraID = document.body.dataset.key;
  const script = document.createElement("script");
  script.src = document.body.dataset.script;
  script.onload = () => window.Chatra("openChat", false);
  document.head.append(script);
}

function restart(setup) {
  window.ChatraSetup = setup;
  window.Chatra("restart");
  // It starts when it has seen its globals.
  setTimeout(() => window.Chatra("openChat", false), 200);
}

function dress(setup) {
  window.Chatra("setColors", setup.colors);
  window.Chatra("setButtonPosition", setup.buttonPosition);
  window.Chatra("setButtonSize", setup.buttonSize);
  window.Chatra("setChatWidth", setup.chatWidth);
  window.Chatra("setChatHeight", setup.chatHeight);
  window.Chatra("setLocale", setup.locale);
}

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== window.parent || !data || !data.setup) return;
  const setup = { ...data.setup, locale: locale(data.words || {}), language: document.body.dataset.language };
  if (!worn) begin(setup);
  else if (worn.buttonStyle !== setup.buttonStyle) restart(setup);
  else dress(setup);
  worn = setup;
});

new MutationObserver(() => {
  const panel = document.getElementById("chatra__iframe-wrapper");
  if (panel && !panel.inert) panel.inert = true;
}).observe(document.body, { childList: true, subtree: true });

window.parent.postMessage("ready", location.origin);
