"""Parts of a long feed that are fetched when they are asked for."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.models import Employee
from otklik.desk.views import feed as feeds
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole

PART_NAMES = {"note": gettext_lazy("Notes"), "system": gettext_lazy("System lines")}


@require_GET
@for_employees
def earlier(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    shown = feeds.before(task, request.employee, whole(request.GET.get("first")))
    return render(request, "desk/_feed_earlier.html", {"task": task, "feed": shown, "is_answer": True})


@require_GET
@for_employees
def later(request: EmployeeRequest, number: int) -> HttpResponse:
    """The next lines of a page that opened further back."""
    task = visible_task(request, number)
    after, since, first = (whole(request.GET.get(name)) for name in ("after", "since", "first"))
    shown = feeds.after(task, request.employee, after)
    cursor = {"after": max(after, shown.latest), "since": since, "first": first, "is_paused": shown.has_later}
    return render(request, "desk/_feed_later.html", {"task": task, "feed": shown, "cursor": cursor, "is_answer": True})


@require_GET
@for_employees
def lines(request: EmployeeRequest, number: int) -> HttpResponse:
    """A part that had left a page, from its `first` line to its `last`."""
    task = visible_task(request, number)
    first, last = (whole(request.GET.get(name)) for name in ("first", "last"))
    shown = feeds.between(task, request.employee, first, last)
    return render(request, "desk/_lines.html", {"task": task, "feed": shown})


@require_GET
@for_employees
def day(request: EmployeeRequest, number: int) -> HttpResponse:
    """To the first line of a day in the reader's time zone, or of the next on which there is one."""
    task = visible_task(request, number)
    try:
        wanted = date.fromisoformat(request.GET.get("day", ""))
        moment = timezone.make_aware(datetime.combine(wanted, time()))
        first = feeds.first_since(task, moment)
    except (ValueError, OverflowError):
        first = 0
    page = reverse("task", args=[number])
    return redirect(f"{page}?near={first}#comment-{first}" if first else page)


@require_POST
@for_employees
def choose_parts(request: EmployeeRequest, number: int) -> HttpResponse:
    """What the eye above the feed shows this person from now on, in all tasks."""
    task = visible_task(request, number)
    wanted = request.POST.getlist("parts")
    request.employee.feed_parts = [key for key in feeds.PARTS if key in wanted]
    request.employee.save(update_fields=["feed_parts"])
    return redirect("task", task.number)


def parts(employee: Employee) -> list[tuple[str, Any, bool]]:
    """(key, name, is it shown)"""
    hidden = feeds.hidden(employee)
    return [(key, PART_NAMES[key], key not in hidden) for key in feeds.PARTS]
