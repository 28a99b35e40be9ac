// Single keys for whoever works here all day. An element says by `data-key` by which key it is pressed, by its place on
// the keyboard: with Russian letters on, it is the same key. In a list, `data-rows` names what J and K go through.
// The key ? shows them all.
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.repeat;

const shown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

// Radio buttons and fields are put under the cursor; whatever else there is, is pressed.
function press(element) {
  const field = element.dataset.keyField && document.querySelector(element.dataset.keyField);
  if (element.matches("summary")) element.focus();
  element.click();
  field?.focus();
}

function step(rows, forward) {
  const places = [...document.querySelectorAll(rows)].filter(shown);
  if (places.length === 0) return;
  const row = document.activeElement.closest?.("[data-row]");
  const here = places.findIndex((place) => place === document.activeElement || (row && row.contains(place)));
  const next = here < 0 ? (forward ? 0 : places.length - 1) : here + (forward ? 1 : -1);
  places[next]?.focus();
  places[next]?.scrollIntoView({ block: "nearest" });
}

// What belongs to the row with the cursor comes before what belongs to the page.
function wanted(code) {
  const row = document.activeElement.closest?.("[data-row]");
  const selector = `[data-key="${code}"]`;
  return row?.querySelector(selector) ?? [...document.querySelectorAll(selector)].find((one) => shown(one) && !one.closest("[data-row]"));
}

// What it says comes into the page only when somebody wants it.
function open(sheet) {
  const kept = sheet.querySelector("template");
  kept?.replaceWith(kept.content);
  sheet.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && event.target.matches?.(".composer__text")) event.target.blur();
  if (!isPlain(event) || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    const sheet = document.getElementById("keys");
    if (!sheet) return;
    event.preventDefault();
    open(sheet);
    return;
  }
  if (event.shiftKey) return;
  const rows = document.querySelector("[data-rows]")?.dataset.rows;
  if (rows && (event.code === "KeyJ" || event.code === "KeyK")) {
    event.preventDefault();
    step(rows, event.code === "KeyJ");
    return;
  }
  const element = wanted(event.code);
  if (!element || element.disabled) return;
  event.preventDefault();
  press(element);
});

document.addEventListener("click", (event) => {
  const sheet = document.getElementById("keys");
  if (sheet && event.target.closest?.("[data-keys]")) open(sheet);
  else if (sheet?.open && (event.target === sheet || event.target.closest("[data-close]"))) sheet.close();
});
