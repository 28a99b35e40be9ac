// The contact form as visitors see it, for the administration's preview. What the page beside it says comes by message.
import { Card } from "./later/card.js";
import { wear } from "./frame/colors.js";
import { config, text } from "./frame/config.js";

const place = document.getElementById("introduce");
const card = new Card({ place, text });

wear(config.look.colors);
window.addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== window.parent || !data || !("form" in data)) return;
  const { form } = data;
  const isBefore = Boolean(form) && form.when === "before";
  if (form) card.show({ form, fields: form.fields, values: {}, canWait: !form.required, submit: isBefore ? "startChat" : "save" });
  place.hidden = !form;
  document.getElementById("composer").hidden = isBefore;
});
window.parent.postMessage("ready", location.origin);
