"""Tasks as cards in columns of their statuses; dragging one changes its status (contracts/planfix-behaviour.md §9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import rights, task_lists
from otklik.desk.actions import tasks as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import ForbiddenTransition, SavedView, Status, StatusSet
from otklik.desk.task_filter import TaskFilter
from otklik.desk.views import task_filters
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.opened_list import opened
from otklik.desk.views.task_list import tabs_of

# Cards of a column; a list shows the rest.
CARDS = 25


@dataclass(frozen=True)
class Card:
    row: task_lists.Row
    # Statuses to which this employee may move it.
    steps: list[Status]

    @property
    def allowed(self) -> str:
        return " ".join(str(status.pk) for status in self.steps)


@dataclass(frozen=True)
class Column:
    status: Status
    cards: list[Card]
    count: int
    # The list of all its tasks.
    query: str


@require_GET
@for_employees
def board(request: EmployeeRequest) -> HttpResponse:
    template = "desk/_board.html" if request.htmx else "desk/board.html"
    return render(request, template, _context(request, dict(request.GET.lists())))


@require_POST
@for_employees
def moving(request: EmployeeRequest) -> HttpResponse:
    """A card goes to another column, or stays where it is and the page says why."""
    query = request.POST.get("query", "")[:2000]
    task = visible_task(request, whole(request.POST.get("task")))
    status = get_object_or_404(Status, pk=whole(request.POST.get("status")))
    error = None
    try:
        actions.set_status(task, status, by=request.employee)
    except DeskError as refused:
        error = refused
    if request.htmx:
        context = _context(request, dict(QueryDict(query).lists())) | {"error": error}
        return render(request, "desk/_board.html", context, status=422 if error else 200)
    if error:
        messages.error(request, str(error))
    return redirect(f"{reverse('board')}?{query}")


def _context(request: EmployeeRequest, values: dict[str, list[str]]) -> dict[str, Any]:
    views = list(SavedView.objects.offered_to(request.employee))
    list_shown = opened(request, values, views)
    sets = list(StatusSet.objects.order_by("pk"))
    of_set = next((one for one in sets if str(one.pk) == (values.get("set") or [""])[-1]), sets[0])
    # Columns say the status.
    wanted = replace(list_shown.wanted, show="all", status=(), sort="latest")
    query = list_shown.query or "show=active"
    return {
        "columns": _columns(request, wanted, of_set),
        "sets": sets,
        "set": of_set,
        "tabs": tabs_of(list_shown, views),
        "chips": task_filters.chips(wanted, list_shown.there),
        "list_query": query,
        "query": f"{query}&set={of_set.pk}" if len(sets) > 1 else query,
    }


def _columns(request: EmployeeRequest, wanted: TaskFilter, of_set: StatusSet) -> list[Column]:
    statuses = list(Status.objects.filter(set=of_set).exclude(key="draft").order_by("place"))
    found = task_lists.found(request.employee, wanted)
    tasks = {}
    for status in statuses:
        in_column = found.filter(status=status)
        tasks[status.pk] = list(task_lists.shown(in_column).order_by("-last_event", "-number")[:CARDS])
    every = [task for column in tasks.values() for task in column]
    may_move = rights.status_changeable(every, request.employee)
    rows = {row.task.pk: row for row in task_lists.rows(request.employee, every)}
    forbidden = set(ForbiddenTransition.objects.filter(before__set=of_set).values_list("before", "after"))

    def card(pk: int, status: Status) -> Card:
        steps = [one for one in statuses if one != status and (status.pk, one.pk) not in forbidden]
        return Card(rows[pk], steps if pk in may_move else [])

    return [
        Column(
            status,
            [card(task.pk, status) for task in tasks[status.pk]],
            len(tasks[status.pk]) if len(tasks[status.pk]) < CARDS else task_lists.count(found.filter(status=status)),
            replace(wanted, status=(status.pk,)).query,
        )
        for status in statuses
    ]
