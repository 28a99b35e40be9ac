"""The list from which somebody came, beside the task that he has opened: on a wide screen as a pane, elsewhere as a way
to the next task and back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.desk import task_lists
from otklik.desk.models import SavedView, Task
from otklik.desk.views import chronicle_entries
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.opened_list import Opened, opened
from otklik.desk.views.task_list import tabs_of

ROWS = 40


def shown(request: EmployeeRequest, task: Task) -> dict[str, Any]:
    """What the page of a task shows of the list. The rows only where there is room for them: a browser with a wide
    window says so by its cookie."""
    query = _query(request)
    is_wide = request.COOKIES.get("wide") == "1"
    views = list(SavedView.objects.offered_to(request.employee))
    place = chronicle_entries.place_of(query)
    context = {"list_query": query, "is_wide": is_wide, "task": task}
    if place:
        named = {"place": place, "list_address": place.address, "list_name": place.name}
        entries = chronicle_entries.beside_task(request, place) if is_wide else {}
        return context | named | entries | {"list_tabs": tabs_of(None, views)}
    of = _opened(request, query, views)
    tabs = tabs_of(of, views)
    context["list_address"] = _address(query)
    context["list_name"] = next((tab.name for tab in tabs if tab.is_open), _("Filtered tasks"))
    context["list_tabs"] = tabs
    if is_wide:
        tasks = task_lists.found(request.employee, of.wanted)
        context["list_page"] = task_lists.page(request.employee, tasks, of.wanted.sort, size=ROWS)
    return context


@require_GET
@for_employees
def pane(request: EmployeeRequest, number: int) -> HttpResponse:
    return render(request, "desk/_list_pane.html", shown(request, visible_task(request, number)))


@require_GET
@for_employees
def beside(request: EmployeeRequest, number: int) -> HttpResponse:
    """Leads to the next task of the list, to the one before it, or at its end back to the list."""
    task = visible_task(request, number)
    query = _query(request)
    is_forward = request.GET.get("to") != "previous"
    place = chronicle_entries.place_of(query)
    if place:
        found = chronicle_entries.address_beside(request, place, task, forward=is_forward)
    else:
        found = _address_beside(request, query, task, forward=is_forward)
    if found is None:
        said = _("That was the last task of this list.") if is_forward else _("That was the first task of this list.")
        messages.info(request, said)
    return redirect(found or (place.address if place else _address(query)))


def _address_beside(request: EmployeeRequest, query: str, task: Task, *, forward: bool) -> str | None:
    wanted = _opened(request, query, list(SavedView.objects.offered_to(request.employee))).wanted
    other = task_lists.beside(request.employee, wanted, task, forward=forward)
    return f"{reverse('task', args=[other.number])}?{urlencode({'in': query})}" if other else None


def _opened(request: EmployeeRequest, query: str, views: list[SavedView]) -> Opened:
    return opened(request, dict(QueryDict(query).lists()), views)


def _query(request: EmployeeRequest) -> str:
    """A task that was opened by itself stands among the active ones."""
    return request.GET.get("in", "")[:2000] or "show=active"


def _address(query: str) -> str:
    return f"{reverse('tasks')}?{query}"
