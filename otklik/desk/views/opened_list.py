"""Which list an address, or the place from which somebody came to a task, asks for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from otklik.desk import task_filter
from otklik.desk.models import SavedView
from otklik.desk.task_filter import TaskFilter
from otklik.desk.views import task_filters
from otklik.desk.views.access import EmployeeRequest


@dataclass(frozen=True)
class Opened:
    """The list that an address asks for. `view`: the saved view from which it comes; `is_changed`: what is shown is no
    longer what it keeps."""

    wanted: TaskFilter
    there: task_filters.Choices
    view: SavedView | None
    is_changed: bool

    @property
    def query(self) -> str:
        """By which the same list is found again, also from the page of one of its tasks."""
        if self.view and not self.is_changed:
            return urlencode({"view": self.view.pk})
        query = self.wanted.query or "show=active"
        return f"{query}&view={self.view.pk}" if self.view else self.wanted.query


def opened(request: EmployeeRequest, values: task_filter.Values, views: list[SavedView]) -> Opened:
    """What the address says; alone the name of a view means what the view keeps."""
    view = next((one for one in views if str(one.pk) == (values.get("view") or [""])[-1]), None)
    said = {name: given for name, given in values.items() if name not in ("view", "before", "set") and any(given)}
    kept = task_filter.read(view.filter) if view else None
    wanted = task_filter.read(said) if said or kept is None else kept
    there = task_filters.choices(wanted, request.employee)
    wanted = task_filters.known(wanted, there)
    return Opened(wanted, there, view, kept is not None and kept != wanted)
