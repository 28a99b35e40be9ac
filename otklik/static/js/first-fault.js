// A form that comes back with a fault is shown there: it may stand far below the top of the page.
const told = [...document.querySelectorAll("main form :is([aria-invalid=true], [role=alert])")];
const fault = told.find((one) => one.matches("[aria-invalid=true]") || one.textContent.trim());

if (fault && document.activeElement === document.body) {
  const fields = "input:not([type=hidden]), select, textarea";
  const field = fault.matches(fields) ? fault : fault.closest(".field, fieldset")?.querySelector(fields);
  fault.closest("details")?.setAttribute("open", "");
  field?.focus({ preventScroll: true });
  fault.scrollIntoView({ block: "center" });
}
