// A form that comes back with a fault is shown there: it may stand far below the top of the page.
const fault = document.querySelector("main form [aria-invalid=true], main form .error[role=alert]");

if (fault && document.activeElement === document.body) {
  const fields = "input:not([type=hidden]), select, textarea";
  const field = fault.matches(fields) ? fault : fault.closest(".field, fieldset")?.querySelector(fields);
  field?.focus({ preventScroll: true });
  fault.scrollIntoView({ block: "center" });
}
