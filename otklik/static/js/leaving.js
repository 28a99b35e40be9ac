// A page that is on its way elsewhere is not loaded anew: the reload would cut the way off. While something that was sent
// has no answer yet, which may lead elsewhere, the reload waits for it.
const sent = new Set();
let isLeaving = false;
let isReloadDue = false;

document.addEventListener("htmx:beforeSend", ({ detail: { requestConfig, xhr } }) => {
  if (requestConfig.verb !== "post") return;
  sent.add(xhr);
  // However it ends, and though its form may have left the page.
  xhr.addEventListener("loadend", () => {
    sent.delete(xhr);
    if (sent.size === 0 && isReloadDue && !isLeaving) location.reload();
  });
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (xhr.getResponseHeader("HX-Redirect")) isLeaving = true;
  if (xhr.getResponseHeader("HX-Refresh") !== "true" || (!isLeaving && sent.size === 0)) return;
  event.preventDefault();
  isReloadDue = true;
});
