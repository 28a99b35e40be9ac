from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from otklik.desk import task_lists
from otklik.desk.actions import saved_views, task_fields
from otklik.desk.models import SavedView, Task, TaskField
from otklik.desk.task_filter import TaskFilter
from otklik.desk.views import mass, task_filters
from otklik.desk.views.access import EmployeeRequest, for_employees
from otklik.desk.views.opened_list import Opened, opened


@dataclass(frozen=True)
class Tab:
    """A list in the row above: one that everybody has, or a saved view."""

    name: str
    query: str
    is_open: bool
    view: SavedView | None = None


@require_GET
@for_employees
def tasks(request: EmployeeRequest) -> HttpResponse:
    views = list(SavedView.objects.offered_to(request.employee).select_related("group"))
    first = request.employee.first_view_id
    if not request.GET and first and any(view.pk == first for view in views):
        return redirect(f"{request.path}?view={first}")
    shown = opened(request, dict(request.GET.lists()), views)
    # The form sends everything that it has; the address says only what is not usual.
    if "sort" in request.GET and not request.htmx and not request.GET.get("before"):
        query = shown.query or "show=active"
        if request.GET.urlencode() != query:
            return redirect(f"{request.path}?{query}")
    context = _context(request, shown, views)
    if request.htmx:
        return render(request, "desk/_task_list.html", context)
    return render(request, "desk/tasks.html", context | mass.news(mass.latest(request.employee)))


def _context(request: EmployeeRequest, shown: Opened, views: list[SavedView]) -> dict[str, Any]:
    wanted = shown.wanted
    tasks = task_lists.found(request.employee, wanted)
    fields = shown.there.fields
    page = task_lists.page(request.employee, tasks, wanted.sort, request.GET.get("before", ""))
    return {
        "page": page,
        "wanted": wanted,
        "there": shown.there,
        "chips": task_filters.chips(wanted, shown.there),
        "count": task_lists.count(tasks),
        "counted": task_lists.COUNTED,
        "columns": set(wanted.columns),
        "fields": fields,
        "told": _told(page.tasks, fields),
        "heads": task_filters.heads(wanted, shown.view.pk if shown.view else None),
        "tabs": tabs_of(shown, views),
        "view": shown.view,
        "is_changed": shown.is_changed,
        "may_change_view": bool(shown.view and saved_views.may_change(shown.view, request.employee)),
        "query": shown.query,
        "before": request.GET.get("before", ""),
        "here": request.get_full_path(),
    }


def _told(tasks: list[Task], fields: list[TaskField]) -> dict[int, list[str]]:
    """By task what its columns of own fields say."""
    words = task_fields.words_of(tasks, fields)
    return {task.pk: [words.get(task.pk, {}).get(one.pk, "") for one in fields] for task in tasks}


def tabs_of(shown: Opened | None, views: list[SavedView]) -> list[Tab]:
    """The lists that everybody has, and those that are kept under a name; None: none of them is open."""
    everybodys = [
        (pgettext("tasks", "Active"), TaskFilter()),
        (pgettext("tasks", "Mine"), TaskFilter(people=("me",))),
        (_("Not yet accepted by me"), TaskFilter(unaccepted=True)),
        (_("Waiting for an answer"), TaskFilter(waiting=True, sort="longest")),
        (pgettext("tasks", "Unread"), TaskFilter(show="all", unread=True)),
        (_("Overdue"), TaskFilter(due="over", sort="due")),
        (pgettext("tasks", "All"), TaskFilter(show="all")),
    ]
    open_view, wanted = (shown.view, shown.wanted) if shown else (None, None)
    tabs = [Tab(name, one.query or "show=active", open_view is None and one == wanted) for name, one in everybodys]
    of_views = [Tab(view.name, f"view={view.pk}", open_view == view, view) for view in views]
    return tabs + of_views
