from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from otklik.desk.actions import keeping
from otklik.desk.models import Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.task import header

MOST = 200


@require_GET
@for_employees
def favourites(request: EmployeeRequest) -> HttpResponse:
    """One's favourite tasks, as far as one may still see them, the latest kept first."""
    tasks = Task.objects.visible_to(request.employee).kept().filter(favourites__employee=request.employee)
    rows = tasks.select_related("status", "contact", "due").order_by("-favourites__at")[:MOST]
    return render(request, "desk/favourites.html", {"tasks": rows})


@require_POST
@for_employees
def favourite(request: EmployeeRequest, number: int) -> HttpResponse:
    is_one = not request.POST.get("off")
    return _kept(request, number, lambda task: keeping.set_favourite(task, is_one=is_one, by=request.employee))


@require_POST
@for_employees
def following(request: EmployeeRequest, number: int) -> HttpResponse:
    is_wanted = not request.POST.get("off")
    return _kept(request, number, lambda task: keeping.follow(task, is_wanted=is_wanted, by=request.employee))


@require_POST
@for_employees
def hearing(request: EmployeeRequest, number: int) -> HttpResponse:
    """How one hears of this task (§9)."""
    mode = request.POST.get("mode", "")
    return _kept(request, number, lambda task: keeping.hear(task, mode, by=request.employee))


def _kept(request: EmployeeRequest, number: int, do: Callable[[Task], None]) -> HttpResponse:
    do(visible_task(request, number))
    if not request.htmx:
        return redirect("task", number)
    context = header(request, visible_task(request, number))
    return trigger_client_event(render(request, "desk/_task_header.html", context), "feed-changed", {})
