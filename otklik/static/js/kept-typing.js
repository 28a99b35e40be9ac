// A form with data-keeps-typing is drawn anew by the server: what somebody types while the answer is on its way stays.
const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea";
const sent = new WeakMap();
let typed = [];

const texts = (form) => new Map([...form.querySelectorAll(TYPED)].filter(({ name }) => name).map((field) => [field.name, field.value]));

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.matches?.("form[data-keeps-typing]")) sent.set(detail.target, texts(detail.target));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const before = sent.get(detail.target);
  typed = before ? [...texts(detail.target)].filter(([name, value]) => before.has(name) && before.get(name) !== value) : [];
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [name, value] of typed) {
    const field = document.querySelector(`form[data-keeps-typing] [name="${CSS.escape(name)}"]`);
    if (field?.matches(TYPED)) field.value = value;
  }
  typed = [];
});
