from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from otklik.desk.actions import tasks
from otklik.desk.errors import DeskError
from otklik.desk.models import Status, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.task import header


@require_POST
@for_employees
def status(request: EmployeeRequest, number: int) -> HttpResponse:
    chosen = get_object_or_404(Status, pk=whole(request.POST.get("status")))
    seen = whole(request.POST.get("seen"))
    return changed(request, number, lambda task: tasks.set_status(task, chosen, by=request.employee, seen=seen))


@require_POST
@for_employees
def acceptance(request: EmployeeRequest, number: int) -> HttpResponse:
    return changed(request, number, lambda task: tasks.accept(task, by=request.employee))


@require_POST
@for_employees
def rejection(request: EmployeeRequest, number: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return changed(request, number, lambda task: tasks.reject(task, by=request.employee, reason=reason))


def changed(request: EmployeeRequest, number: int, change: Callable[[Task], Task]) -> HttpResponse:
    """The header after the change, or as it was with the reason beside the operation."""
    task = visible_task(request, number)
    try:
        change(task)
    except DeskError as error:
        # As it is now, which may be what somebody else has made of it.
        context = header(request, visible_task(request, number)) | {
            "error": error,
            "reason": request.POST.get("reason", ""),
        }
        return render(request, "desk/_task_header.html", context, status=422)

    if not request.htmx:
        return redirect("task", number)
    response = render(request, "desk/_task_header.html", header(request, visible_task(request, number)))
    return trigger_client_event(response, "feed-changed", {})
