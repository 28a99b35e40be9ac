// What every page needs: elements, the browser's time zone, what to say when a request fails.
import "./elements/choice-list.js";
import "./elements/composer-files.js";
import "./elements/count-down.js";
import "./elements/desk-alerts.js";
import "./elements/drop-down.js";
import "./elements/feed-pages.js";
import "./elements/filter-form.js";
import "./elements/hold-timer.js";
import "./elements/list-pane.js";
import "./elements/message-composer.js";
import "./elements/pop-up.js";
import "./elements/push-switch.js";
import "./elements/quick-replies.js";
import "./elements/quick-switcher.js";
import "./elements/row-choice.js";
import "./elements/sortable-rows.js";
import "./elements/status-board.js";
import "./elements/tab-title.js";
import "./elements/task-feed.js";
import "./elements/team-line.js";
import "./elements/typing-line.js";
import "./first-fault.js";
import "./keys.js";
import "./kept-open.js";
import "./kept-typing.js";
import "./leaving.js";
import "./patient-news.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `timezone=${zone}; path=/; max-age=31536000; samesite=lax`;

// Whether there is room for a list beside a task: the next page comes with it.
const room = matchMedia("(min-width: 80rem)");
const tell = () => {
  document.cookie = `wide=${room.matches ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
};
tell();
room.addEventListener("change", tell);

// Of a row that is longer than the screen, the part where one is.
for (const here of document.querySelectorAll("nav li [aria-current=page]")) {
  here.scrollIntoView({ block: "nearest", inline: "center" });
}

const said = (text) => {
  const line = document.createElement("p");
  line.className = "notice notice--error";
  line.textContent = text;
  document.getElementById("notices").replaceChildren(line);
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.verb !== "get") document.getElementById("notices").replaceChildren();
});

// A button that a swap takes away leaves the keyboard in what came instead, not at the top of the page.
let hadFocus = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  hadFocus = event.detail.target.contains(document.activeElement);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!hadFocus || document.activeElement !== document.body) return;
  hadFocus = false;
  event.detail.elt.querySelector?.("[autofocus], a, button, summary, input:not([type=hidden])")?.focus();
});

// News that were asked for before somebody opened a form must not take the form away.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.querySelector("[name=edited][value='1']")) event.detail.shouldSwap = false;
});

// Whoever was signed out gets the sign-in page as the answer to any request: it must not land inside this page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const signIn = document.body.dataset.signIn;
  if (signIn && new URL(event.detail.xhr.responseURL || location.href).pathname === signIn) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig.verb === "get" && xhr.status >= 500) return;
  const { outdated, failed, tooLarge, unread } = document.body.dataset;
  said({ 400: unread, 403: outdated, 404: outdated, 413: tooLarge }[xhr.status] ?? failed);
});

// What the server refuses to read is not sent: so the form stays as it is. Bytes that a page takes of texts, as they are
// sent by a form: a letter of Russian may take six.
const MOST = 2_400_000;

document.addEventListener(
  "submit",
  (event) => {
    // A composer says it better.
    if (event.target.method !== "post" || event.target.querySelector("[data-too-long]")) return;
    const isFiles = event.target.enctype === "multipart/form-data";
    const long = [...event.target.elements].filter((field) => field.value?.length > MOST / 6 && field.type !== "file");
    const bytes = long.map((field) => (isFiles ? new Blob([field.value]).size : encodeURIComponent(field.value).length));
    if (bytes.reduce((sum, size) => sum + size, 0) < MOST) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said(document.body.dataset.tooLarge);
    long[0].focus();
  },
  true,
);

document.addEventListener("htmx:sendError", (event) => {
  // A fragment that could not be fetched is fetched again when the stream is back.
  if (event.detail.requestConfig.verb !== "get") said(document.body.dataset.failed);
});
