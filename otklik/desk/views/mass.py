"""The same operation on many tasks of a list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import jobs, task_lists
from otklik.desk.actions import mass as actions
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Employee, MassAction, SavedView, Task
from otklik.desk.models.task import TaskQuerySet
from otklik.desk.views.access import EmployeeRequest, for_employees, whole
from otklik.desk.views.opened_list import opened
from otklik.desk.views.task_choice import picked

SHOWN_FOR = timedelta(minutes=15)
REASONS = 20
# Of the chosen tasks so many are named.
NAMED = 30


@require_POST
@for_employees
def mass(request: EmployeeRequest) -> HttpResponse:
    """`do`: the operation and its value, as `status-3`; `task`: numbers, or `all` with the list's own `query`."""
    back = _list(request)
    operation, _dash, value = request.POST.get("do", "").partition(":")
    if operation == MassAction.Operation.MERGE:
        value = _into(request)
    if operation == "due":
        value = request.POST.get("day", "")
    try:
        if operation == "due" and not value:
            raise Refused("operation", _("Choose the day."))
        operation = "due" if operation == "no_due" else operation
        action = actions.ask(_chosen(request), operation, value, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect(back)
    begin(action)
    return redirect(back)


@require_POST
@for_employees
def merging(request: EmployeeRequest) -> HttpResponse:
    """Asks into which task the chosen ones are to be merged (§13)."""
    found = _chosen(request)
    count = found.count()
    if not count:
        messages.error(request, _("Choose at least one task."))
        return redirect(_list(request))
    context = {
        "chosen": found.select_related("status", "contact").order_by("-last_event")[:NAMED],
        "count": count,
        "more": max(0, count - NAMED),
        "numbers": [] if request.POST.get("all") else list(found.values_list("number", flat=True)),
        "all": request.POST.get("all", ""),
        "query": request.POST.get("query", ""),
        "back": _list(request),
        "me": request.employee,
    }
    return render(request, "desk/mass_merging.html", context)


@require_GET
@for_employees
def progress(request: EmployeeRequest, pk: int) -> HttpResponse:
    return render(request, "desk/_mass_news.html", news(_own(request, pk)))


@require_POST
@for_employees
def undoing(request: EmployeeRequest, pk: int) -> HttpResponse:
    action = _own(request, pk)
    try:
        actions.undo(action, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
    else:
        action.refresh_from_db()
        begin(action)
    return redirect(_list(request))


def latest(employee: Employee) -> MassAction | None:
    """What he did last, as long as he may want to take it back."""
    recent = MassAction.objects.filter(by=employee, made_at__gt=timezone.now() - SHOWN_FOR)
    return recent.select_related("by__user").order_by("-made_at").first()


def news(action: MassAction | None) -> dict[str, Any]:
    if action is None:
        return {"mass": None}
    states = dict(action.items.values_list("state").annotate(count=Count("pk")).order_by())
    left = action.items.filter(Q(state="skipped") | Q(state="kept")).select_related("task")
    return {
        "mass": action,
        "counts": {"all": sum(states.values()), "due": 0, "done": 0, "skipped": 0, "undone": 0, "kept": 0} | states,
        "left": list(left[:REASONS]),
        "had_turn": sum(states.values()) - states.get("done" if action.undo_asked_at else "due", 0),
    }


def begin(action: MassAction) -> None:
    """A few at once, and many as a job whose progress the list shows."""
    if action.items.count() <= actions.AT_ONCE and actions.run(action):
        return
    jobs.defer_mass_action(action.pk)


def _into(request: EmployeeRequest) -> str:
    """A value of the operation MERGE: what was typed or chosen last, as one reads it (“№ 12”)."""
    number = "".join(sign for sign in picked(request) if sign.isdigit())[:18]
    return f"{number} quietly" if request.POST.get("quietly") else number


def _chosen(request: EmployeeRequest) -> TaskQuerySet:
    if request.POST.get("all"):
        views = list(SavedView.objects.offered_to(request.employee))
        values = dict(QueryDict(request.POST.get("query", "")[:2000]).lists())
        return task_lists.found(request.employee, opened(request, values, views).wanted)
    numbers = [whole(number) for number in request.POST.getlist("task")[: actions.MOST]]
    return Task.objects.visible_to(request.employee).kept().filter(number__in=numbers)


def _own(request: EmployeeRequest, pk: int) -> MassAction:
    return get_object_or_404(MassAction.objects.select_related("by__user"), pk=pk, by=request.employee)


def _list(request: EmployeeRequest) -> str:
    back = request.POST.get("back", "")
    # Only a page of the desk itself.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("tasks")
