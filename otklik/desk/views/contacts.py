from __future__ import annotations

import re
from typing import Any

from django.db.models import Count, F, Func, Prefetch, Q, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from otklik.desk.actions import contacts as actions
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee, Identity, Merge, ServiceEntry, Task
from otklik.desk.views import contact_feed, contact_history, duplicates
from otklik.desk.views.access import EmployeeRequest, for_employees, whole

PAGE = 50
MOST_ENTRIES = 50
FIELDS = ("name", "email", "phone", "notes")


@require_GET
@for_employees
def contacts(request: EmployeeRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = found_by(query)
    before = whole(request.GET.get("before"))
    rows = list((found.filter(number__lt=before) if before else found).order_by("-number")[: PAGE + 1])
    context = {
        "contacts": with_task_counts(rows[:PAGE], request.employee),
        "older": rows[PAGE - 1].number if len(rows) > PAGE else None,
        "query": query,
        "before": before,
        "suggested": _suggested(rows[:PAGE]),
    }
    return render(request, "desk/_contact_rows.html" if request.htmx else "desk/contacts.html", context)


def _suggested(shown: list[Contact]) -> dict[int, duplicates.Suggestion]:
    """For the contacts of a page, the best suggestion each."""
    best: dict[int, duplicates.Suggestion] = {}
    for suggestion in duplicates.suggest(shown) if shown else []:
        best.setdefault(suggestion.one.pk, suggestion)
    return best


def found_by(query: str) -> QuerySet[Contact]:
    """Current contacts by a part of the name, an e-mail or a phone, also one of a contact merged into them."""
    contacts = Contact.objects.current().prefetch_related("merged")
    if not query:
        return contacts
    named = Q(name__icontains=query) | Q(email__icontains=query)
    of_merged = Contact.objects.filter(Q(email__icontains=query) | Q(phone__icontains=query), merged_into__isnull=False)
    named |= Q(pk__in=of_merged.values("merged_into"))
    digits = re.sub(r"\D", "", query)
    if len(digits) < 3:
        return contacts.filter(named)
    # A phone number is written in many ways; its digits decide.
    plain = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return contacts.annotate(digits=plain).filter(named | Q(digits__contains=digits))


def with_task_counts(shown: list[Contact], employee: Employee) -> list[Contact]:
    """Gives each its `task_count`: of the tasks that this employee may see, so that no number tells of others."""
    tasks = Task.objects.visible_to(employee).kept().filter(contact__in=shown).order_by()
    counts = dict(tasks.values_list("contact").annotate(Count("pk")))
    for contact in shown:
        contact.task_count = counts.get(contact.pk, 0)  # type: ignore[attr-defined]
    return shown


@require_GET
@for_employees
def card(request: EmployeeRequest, number: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("merged_into").prefetch_related("merged"), number=number)
    if contact.merged_into:
        return redirect("contact", contact.merged_into.number)
    context = _card(request, contact) | {"is_edited": bool(request.GET.get("edited"))}
    return render(request, "desk/_contact_news.html" if request.htmx else "desk/contact.html", context)


@require_http_methods(["GET", "POST"])
@for_employees
def data(request: EmployeeRequest, number: int) -> HttpResponse:
    """The data of a card: shown, as a form, and changed."""
    contact = get_object_or_404(Contact, number=number)
    if request.method == "GET":
        given = {name: getattr(contact, name) for name in FIELDS} if "edit" in request.GET else None
        return _data(request, contact, given)

    given = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in FIELDS}
    try:
        contact = actions.update(contact, by=request.employee, fields=given)
    except Refused as error:
        return _data(request, contact, given, error)

    return _data(request, contact) if request.htmx else redirect("contact", number)


def _data(
    request: EmployeeRequest, contact: Contact, given: dict[str, str] | None = None, error: Refused | None = None
) -> HttpResponse:
    """The data, or as `given` in the form; within the whole card for a browser without HTMX."""
    context = {"contact": contact, "given": given, "error": error}
    status = 422 if error else 200
    if not request.htmx:
        return render(request, "desk/contact.html", _card(request, contact) | context, status=status)
    return render(request, "desk/_contact_form.html" if given else "desk/_contact_data.html", context, status=status)


def _card(request: EmployeeRequest, contact: Contact) -> dict[str, Any]:
    # What a batch wrote while the merge was being made still names the merged contact.
    family = Q(contact=contact) | Q(contact__merged_into=contact)
    tasks = Task.objects.visible_to(request.employee).kept().filter(family)
    present = Merge.objects.filter(undone_at=None).select_related("by__user")
    merged = contact.merged.prefetch_related(Prefetch("merges", present, "present"))
    return {
        "contact": contact,
        "identities": Identity.objects.filter(family)
        .select_related("source", "contact", "separated_from")
        .order_by("-pk"),
        "merged": merged.order_by("pk"),
        "suggestions": duplicates.suggest([contact]) if contact.merged_into_id is None else [],
        "history": contact_history.history(contact),
        "feed": contact_feed.feed(contact, request.employee),
        "tasks": tasks.select_related("status").order_by("-number")[:MOST_ENTRIES],
        "entries": ServiceEntry.objects.filter(contact=contact)
        .select_related("identity__source")
        .order_by("-at")[:MOST_ENTRIES],
    }
