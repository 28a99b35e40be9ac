"""What the chronicle shows, on its own page and beside an open task (contracts/planfix-behaviour.md §9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk import chronicle_steps, queries, rights
from otklik.desk.models import Favourite, Task
from otklik.desk.views.access import EmployeeRequest
from otklik.desk.views.entry_times import offered

MOST = 100
PAGE = 50
PLACE = re.compile(r"chronicle(?P<all>-all(-(?P<event>\d{1,18}))?)?", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where somebody stands in the chronicle. `event`: in the mode «Все» the entry that he opened."""

    is_all: bool
    event: int = 0

    @property
    def query(self) -> str:
        if not self.is_all:
            return "chronicle"
        return f"chronicle-all-{self.event}" if self.event else "chronicle-all"

    @property
    def address(self) -> str:
        return f"{reverse('home')}?all" if self.is_all else reverse("home")

    @property
    def name(self) -> str | Promise:
        return _("All events") if self.is_all else _("Chronicle")


def place_of(query: str) -> Place | None:
    """None: the words name a list of tasks."""
    found = PLACE.fullmatch(query)
    return Place(bool(found["all"]), int(found["event"] or 0)) if found else None


def waiting(request: EmployeeRequest) -> dict[str, Any]:
    """A task once, with what can be done to it."""
    entries = queries.chronicle(request.employee, limit=MOST)
    tasks = [entry.task for entry in entries]
    return {
        "entries": entries,
        "times": offered(),
        "changeable": rights.status_changeable(tasks, request.employee),
        "favourites": _favourites(request, tasks),
    }


def past(request: EmployeeRequest, before: int = 0) -> dict[str, Any]:
    """Event by event, also what was read."""
    entries = queries.past(request.employee, before, PAGE + 1)
    older = entries[PAGE - 1].event.number if len(entries) > PAGE else 0
    tasks = [entry.task for entry in entries]
    return {
        "entries": entries[:PAGE],
        "older": older,
        "is_all": True,
        "before": before,
        "favourites": _favourites(request, tasks),
    }


def beside_task(request: EmployeeRequest, place: Place) -> dict[str, Any]:
    """The same entries; of past ones the page on which the opened one stands."""
    if not place.is_all:
        return waiting(request)
    shown = past(request)
    is_there = not place.event or any(entry.event.number == place.event for entry in shown["entries"])
    return shown if is_there else past(request, place.event + 1)


def address_beside(request: EmployeeRequest, place: Place, task: Task, *, forward: bool) -> str | None:
    """Of the next entry's task, or of the one before it."""
    if place.is_all:
        found = chronicle_steps.beside_past(request.employee, place.event, task, forward=forward)
        other, step = (found[0], Place(True, found[1])) if found else (None, place)
    else:
        other, step = chronicle_steps.beside(request.employee, task, forward=forward), place
    return f"{reverse('task', args=[other.number])}?{urlencode({'in': step.query})}" if other else None


def _favourites(request: EmployeeRequest, tasks: list[Task]) -> set[int]:
    kept = Favourite.objects.filter(employee=request.employee, task__in=tasks)
    return set(kept.values_list("task", flat=True))
