// What somebody has unfolded among news stays unfolded when newer news replace them: known again by its id. What is drawn
// open, with data-folds, stays folded when somebody has folded it.
let unfolded = [];
let folded = [];

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  folded = [...detail.target.querySelectorAll("details[id]:not([open])")].map(({ id }) => id);
  unfolded = [...detail.target.querySelectorAll("details[id][open]")].map(({ id }) => id);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  for (const id of folded) document.querySelector(`details#${CSS.escape(id)}[data-folds]`)?.removeAttribute("open");
  unfolded = [];
  folded = [];
});
