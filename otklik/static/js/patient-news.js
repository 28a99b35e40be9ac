// News wait while somebody presses a link or a button among them, or drags a card: swapped away under the pointer, it is
// never clicked, and a drag breaks off.
let pressed = null;
let dragged = null;
const waiting = new Set();

document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);
document.addEventListener("pointerup", release, true);
// A drag cancels its pointer.
document.addEventListener("pointercancel", () => dragged || release(), true);
document.addEventListener("dragstart", ({ target }) => (dragged = pressed = target), true);
document.addEventListener("dragend", release, true);

function release() {
  pressed = dragged = null;
  // After the click, which follows.
  setTimeout(() => {
    for (const type of waiting) document.body.dispatchEvent(new CustomEvent(type));
    waiting.clear();
  });
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const cause = detail.requestConfig.triggeringEvent?.type;
  // What is asked for every few seconds has no event, and comes again by itself.
  const isNews = !cause || cause.startsWith("live:");
  if (!isNews || !pressed || !detail.target.contains(pressed)) return;
  detail.shouldSwap = false;
  if (cause) waiting.add(cause);
});
