// A form with data-keeps-typing is drawn anew by the server: what somebody types, ticks or chooses while the answer is
// on its way stays.
const FIELDS = "input:not([type=hidden], [type=file]), textarea, select:not([multiple])";
const sent = new WeakMap();
let changed = new Map();

const isTicked = (field) => field.matches("[type=checkbox], [type=radio]");
const key = (field) => (isTicked(field) ? `${field.name}=${field.value}` : field.name);
const fields = (form) => [...form.querySelectorAll(FIELDS)].filter(({ name }) => name);
const values = (form) => new Map(fields(form).map((field) => [key(field), isTicked(field) ? field.checked : field.value]));

function put(field, value) {
  if (isTicked(field)) field.checked = value;
  else if (!field.options || [...field.options].some((one) => one.value === value)) field.value = value;
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.matches?.("form[data-keeps-typing]")) sent.set(detail.target, values(detail.target));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const before = sent.get(detail.target);
  const now = before ? [...values(detail.target)] : [];
  changed = new Map(now.filter(([name, value]) => before.has(name) && before.get(name) !== value));
});

document.addEventListener("htmx:afterSwap", () => {
  const form = changed.size ? document.querySelector("form[data-keeps-typing]") : null;
  for (const field of form ? fields(form) : []) {
    if (changed.has(key(field))) put(field, changed.get(key(field)));
  }
  changed = new Map();
});
