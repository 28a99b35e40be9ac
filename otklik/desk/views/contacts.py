from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk.actions import card_notes, writing
from otklik.desk.actions import contacts as actions
from otklik.desk.actions.addresses import FURTHER
from otklik.desk.errors import DeskError, Outdated, Refused
from otklik.desk.models import Contact, ContactTemplate, Employee, Identity, Merge, ServiceEntry
from otklik.desk.views import contact_feed, contact_history, contact_list, contact_panels, contact_values, duplicates
from otklik.desk.views.access import EmployeeRequest, for_client_base, visible_contact, whole
from otklik.desk.views.contact_values import OwnFields

MOST_ENTRIES = 50
FIELDS = ("name", "email", "phone", "notes", *FURTHER, "company")


@require_GET
@for_client_base
def card(request: EmployeeRequest, number: int) -> HttpResponse:
    contacts = Contact.objects.select_related("merged_into", "template", "company__merged_into", "employee__user")
    contact = visible_contact(request, number, contacts.prefetch_related("merged"))
    if contact.merged_into:
        return redirect("contact", contact.merged_into.number)
    context = _card(request, contact) | {"is_edited": bool(request.GET.get("edited"))}
    return render(request, "desk/_contact_news.html" if request.htmx else "desk/contact.html", context)


@require_http_methods(["GET", "POST"])
@for_client_base
def data(request: EmployeeRequest, number: int) -> HttpResponse:
    """The data of a card: shown, as a form, and changed."""
    contact = visible_contact(
        request, number, Contact.objects.select_related("template", "company__merged_into", "employee__user")
    )
    if request.method == "GET":
        given = _given(contact, request.employee) if "edit" in request.GET else None
        return _data(request, contact, given)

    given, own = _typed(request), OwnFields(contact.template_id, contact, request.POST, by=request.employee)
    if not own.form.is_valid():
        return _data(request, contact, given, own=own)
    try:
        contact = actions.update(contact, by=request.employee, fields=given, values=own.form.values, seen=own.seen)
    except (Outdated, Refused) as error:
        return _data(request, contact, given, own=own.refused(error), error=error)
    if own.gone and not request.htmx:
        messages.warning(request, own.gone)
    return _data(request, contact, gone=own.gone) if request.htmx else redirect("contact", number)


@require_POST
@for_client_base
def write(request: EmployeeRequest, number: int) -> HttpResponse:
    """Leads to the task in which one writes to the client (§4.4)."""
    contact = visible_contact(request, number, Contact.objects.current())
    try:
        task = writing.write(contact, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("contact", number)
    return redirect("task", task.number)


@require_GET
@for_client_base
def feed_earlier(request: EmployeeRequest, number: int) -> HttpResponse:
    """The lines of the feed before those that are shown."""
    contact = visible_contact(request, number)
    feed = contact_feed.feed(contact, request.employee, request.GET.get("before", ""))
    template = "desk/_contact_feed_lines.html" if request.htmx else "desk/contact_feed.html"
    return render(request, template, {"contact": contact, "feed": feed})


@require_POST
@for_client_base
def note(request: EmployeeRequest, number: int) -> HttpResponse:
    """A note on the card itself."""
    contact = visible_contact(request, number)
    text, key = request.POST.get("text", ""), request.POST.get("key", "")
    try:
        card_notes.add(contact, by=request.employee, text=text, key=key if key.isascii() and len(key) <= 64 else "")
    except Refused as error:
        context = _card(request, contact) | {"note_error": error, "note_text": text}
        return render(request, "desk/contact.html", context, status=422)
    return redirect(f"{reverse('contact', args=[contact.number])}#contact-feed")


@require_POST
@for_client_base
def feed_parts(request: EmployeeRequest, number: int) -> HttpResponse:
    """The eye above the feed."""
    contact = visible_contact(request, number)
    contact_feed.choose(request.employee, request.POST.getlist("parts"))
    return redirect(f"{reverse('contact', args=[contact.number])}#contact-feed")


@require_http_methods(["GET", "POST"])
@for_client_base
def new(request: EmployeeRequest) -> HttpResponse:
    """A card by hand. Somebody who may be the same is shown first (§4.2); `sure` makes it all the same."""
    templates = list(ContactTemplate.objects.offered())
    chosen = whole((request.POST or request.GET).get("template"))
    # What the address names, as a list with such a filter does, counts before his own (§4.5).
    standard = next(one for one in templates if one.key == "contact")
    first = next((one for one in templates if one.pk == request.employee.contact_template_id), standard)
    template = next((one for one in templates if one.pk == chosen), first)
    context: dict[str, Any] = {
        "templates": templates,
        "template": template,
        "companies": contact_list.company_names(request.employee),
    }
    own = OwnFields(template.pk, None, request.POST or None, by=request.employee)
    context["own"] = own
    if request.method == "GET":
        company = Contact.objects.visible_to(request.employee).filter(number=whole(request.GET.get("company"))).first()
        given = {"company": company.name if company else ""}
        return render(request, "desk/contact_new.html", context | {"given": given})

    context["given"] = given = _typed(request)
    if not own.form.is_valid():
        return render(request, "desk/contact_new.html", context, status=422)
    alike = (
        []
        if request.POST.get("sure")
        else duplicates.alike(given.get("name", ""), given.get("phone", ""), request.employee)
    )
    if alike and given.get("name", "").strip():
        return render(request, "desk/contact_new.html", context | {"alike": alike}, status=422)
    try:
        contact = actions.make(template, by=request.employee, fields=given, values=own.form.values)
    except Refused as error:
        own.refused(error)
        return render(request, "desk/contact_new.html", context | {"error": error}, status=422)
    return redirect("contact", contact.number)


def _typed(request: EmployeeRequest) -> dict[str, str]:
    return {name: request.POST[name].replace("\r\n", "\n").replace("\0", "") for name in FIELDS if name in request.POST}


def _given(contact: Contact, employee: Employee) -> dict[str, str]:
    employer = contact.employer_for(employee)
    given = {name: getattr(contact, name) for name in ("name", "email", "phone", "notes")}
    given |= {name: "\n".join(getattr(contact, name)) for name in FURTHER}
    return given | {"company": employer.name if employer else ""}


def _data(
    request: EmployeeRequest,
    contact: Contact,
    given: dict[str, str] | None = None,
    *,
    own: OwnFields | None = None,
    error: DeskError | None = None,
    gone: str = "",
) -> HttpResponse:
    """The data, or as `given` in the form; within the whole card for a browser without HTMX. `gone`: what could not be
    saved, said above it."""
    may_write = writing.may_write(contact)
    context = {
        "contact": contact,
        "may_write": may_write,
        "given": given,
        "error": error,
        "companies": contact_list.company_names(request.employee) if given else [],
        "gone": gone,
        "own": own or (OwnFields(contact.template_id, contact, by=request.employee) if given else None),
        "own_values": contact_values.shown_of(contact),
    }
    status = 422 if error or own else 200
    if not request.htmx:
        return render(request, "desk/contact.html", _card(request, contact) | context, status=status)
    return render(request, "desk/_contact_form.html" if given else "desk/_contact_data.html", context, status=status)


def _card(request: EmployeeRequest, contact: Contact) -> dict[str, Any]:
    # What a batch wrote while the merge was being made still names the merged contact.
    family = Q(contact=contact) | Q(contact__merged_into=contact)
    people = Q(company=contact) | Q(company__merged_into=contact)
    present = Merge.objects.filter(undone_at=None).select_related("by__user")
    merged = contact.merged.prefetch_related(Prefetch("merges", present, "present"))
    return {
        "contact": contact,
        "may_write": writing.may_write(contact),
        "note_key": get_random_string(16),
        "own_values": contact_values.shown_of(contact),
        "identities": Identity.objects.filter(family)
        .select_related("source", "contact", "separated_from")
        .order_by("-pk"),
        "merged": merged.order_by("pk"),
        "suggestions": duplicates.suggest([contact], request.employee) if contact.merged_into_id is None else [],
        "history": contact_history.history(contact),
        "feed": contact_feed.feed(contact, request.employee),
        "people": Contact.objects.current()
        .visible_to(request.employee)
        .filter(people)
        .prefetch_related("merged")
        .order_by("name")[:MOST_ENTRIES]
        if contact.template.is_company
        else [],
        "entries": ServiceEntry.objects.filter(contact=contact)
        .select_related("identity__source")
        .order_by("-at")[:MOST_ENTRIES],
        **contact_panels.panels(contact, request.employee),
    }
