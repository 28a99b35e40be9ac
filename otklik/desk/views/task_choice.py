"""Choosing another task by number, name or client, or among the latest ones."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.desk import search as searching
from otklik.desk.models import Employee, Task
from otklik.desk.time_limit import TooBroad
from otklik.desk.views.access import EmployeeRequest, for_employees, whole

MOST = 6
LONGEST = 200


@require_GET
@for_employees
def choices(request: EmployeeRequest) -> HttpResponse:
    """`typed`: what somebody types; `besides`: the number of the task for which he chooses."""
    text = request.GET.get("typed", "").replace("\0", "").strip()[:LONGEST]
    besides = whole(request.GET.get("besides"))
    try:
        found = offered(request.employee, text, besides)
    except TooBroad:
        return render(request, "desk/_task_choices.html", {"is_too_broad": True})
    return render(request, "desk/_task_choices.html", {"text": text, "found": found})


def picked(request: EmployeeRequest) -> str:
    """What was chosen of the list, else what was typed."""
    return request.POST.get("number") or request.POST.get("typed", "")


def offered(employee: Employee, text: str, besides: int) -> list[Task]:
    """Raises TooBroad."""
    mine = Task.objects.visible_to(employee).kept().exclude(number=besides).select_related("status", "contact")
    if not text:
        return list(mine.order_by("-last_event")[:MOST])
    numbered = searching.by_number(employee, text.lstrip("№# "))
    found = searching.find(employee, text, searching.Filters(), ("task", "contact"), MOST)
    ids = [numbered.pk] if numbered else []
    ids += [task.pk for task in found.hits.get("task", [])]
    clients = [contact.pk for contact in found.hits.get("contact", [])]
    ids += (
        mine.filter(contact__in=clients).order_by("-last_event").values_list("pk", flat=True)[:MOST] if clients else []
    )
    rows = mine.in_bulk(ids)
    return [rows[pk] for pk in dict.fromkeys(ids) if pk in rows][:MOST]
