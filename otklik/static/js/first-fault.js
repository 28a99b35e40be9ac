// A form that comes back with a fault is shown there: it may stand far below the top of the page.
const places = "[aria-invalid=true], .error[role=alert], .field [role=alert], fieldset [role=alert]";
const told = [...document.querySelectorAll(`main form :is(${places})`)];
// What a composer may have to say later is there from the beginning, hidden or empty.
const fault = told.find((one) => one.matches("[aria-invalid=true]") || (one.textContent.trim() && !one.closest("[hidden]")));

if (fault && document.activeElement === document.body) {
  const fields = "input:not([type=hidden]), select, textarea";
  const field = fault.matches(fields) ? fault : fault.closest(".field, fieldset")?.querySelector(fields);
  fault.closest("details")?.setAttribute("open", "");
  field?.focus({ preventScroll: true });
  fault.scrollIntoView({ block: "center" });
}
