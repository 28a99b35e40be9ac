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

// What is kept in a closed menu is reached by its key, too.
const reachable = (element) => shown(element.closest("details:not([open])")?.querySelector("summary") ?? element);

// What belongs to the row with the cursor comes before what belongs to the page; then come the row that is open beside
// its list, and the latest comment.
function wanted(code) {
  const selector = `[data-key="${code}"]`;
  const here = document.activeElement.closest?.("[data-row]")?.querySelector(selector);
  if (here) return here;
  const found = [...document.querySelectorAll(selector)].filter(reachable);
  const rowOf = (one) => one.closest("[data-row]");
  return (
    found.find((one) => !rowOf(one)) ??
    found.find((one) => rowOf(one).querySelector("a[aria-current=page]")) ??
    found.filter((one) => rowOf(one).dataset.row === "line").at(-1)
  );
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
  const lines = document.querySelector("[data-lines]")?.dataset.lines;
  if (lines && (event.code === "BracketLeft" || event.code === "BracketRight")) {
    event.preventDefault();
    step(lines, event.code === "BracketRight");
    return;
  }
  const element = wanted(event.code);
  if (!element || element.disabled) return;
  event.preventDefault();
  press(element);
});

// A row that goes leaves the keyboard on the one that takes its place.
let place = -1;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const row = document.activeElement.closest?.("[data-row]");
  place = row && detail.target.contains(row) ? [...detail.target.querySelectorAll("[data-row]")].indexOf(row) : -1;
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (place < 0 || document.activeElement !== document.body) return;
  const rows = [...detail.elt.querySelectorAll("[data-row]")];
  (rows[place] ?? rows.at(-1))?.querySelector("a")?.focus();
  place = -1;
});

document.addEventListener("click", (event) => {
  const sheet = document.getElementById("keys");
  if (sheet && event.target.closest?.("[data-keys]")) open(sheet);
  else if (sheet?.open && (event.target === sheet || event.target.closest("[data-close]"))) sheet.close();
});
