from __future__ import annotations

import re
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from otklik.desk.actions import contacts as actions
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, ServiceEntry, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, whole

PAGE = 50
MOST_ENTRIES = 50
FIELDS = ("name", "email", "phone", "notes")


@require_GET
@for_employees
def contacts(request: EmployeeRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = _found(query)
    before = whole(request.GET.get("before"))
    rows = list((found.filter(number__lt=before) if before else found).order_by("-number")[: PAGE + 1])
    context = {
        "contacts": rows[:PAGE],
        "older": rows[PAGE - 1].number if len(rows) > PAGE else None,
        "query": query,
        "before": before,
    }
    return render(request, "desk/_contact_rows.html" if request.htmx else "desk/contacts.html", context)


def _found(query: str) -> QuerySet[Contact]:
    contacts = Contact.objects.current().annotate(task_count=Count("tasks", filter=Q(tasks__trashed_at__isnull=True)))
    if not query:
        return contacts
    named = Q(name__icontains=query) | Q(email__icontains=query)
    digits = re.sub(r"\D", "", query)
    if len(digits) < 3:
        return contacts.filter(named)
    # A phone number is written in many ways; its digits decide.
    plain = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return contacts.annotate(digits=plain).filter(named | Q(digits__contains=digits))


@require_GET
@for_employees
def card(request: EmployeeRequest, number: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("merged_into"), number=number)
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
    tasks = Task.objects.visible_to(request.employee).kept().filter(contact=contact)
    return {
        "contact": contact,
        "identities": contact.identities.select_related("source").order_by("-pk"),
        "tasks": tasks.select_related("status").order_by("-number")[:MOST_ENTRIES],
        "entries": ServiceEntry.objects.filter(contact=contact)
        .select_related("identity__source")
        .order_by("-at")[:MOST_ENTRIES],
    }
