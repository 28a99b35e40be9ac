// News wait while somebody presses a link or a button among them: swapped away under the pointer, it is never clicked.
let pressed = null;
const waiting = new Set();

document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);
document.addEventListener("pointerup", release, true);
document.addEventListener("pointercancel", release, true);

function release() {
  pressed = null;
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
