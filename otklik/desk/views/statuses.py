from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from otklik.desk.actions import delays, drafting, tasks
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Status, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.task import header

# In the reader's zone, as a browser sends it.
UNTIL = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@require_POST
@for_employees
def status(request: EmployeeRequest, number: int) -> HttpResponse:
    chosen = get_object_or_404(Status, pk=whole(request.POST.get("delay_until") or request.POST.get("status")))
    seen = whole(request.POST.get("seen"))
    if chosen.key == "delayed":
        return changed(
            request, number, lambda task: delays.delay(task, chosen, _until(request), by=request.employee, seen=seen)
        )
    return changed(request, number, lambda task: tasks.set_status(task, chosen, by=request.employee, seen=seen))


def _until(request: EmployeeRequest) -> datetime | None:
    """Raises Refused. The field counts only with the button beside it: who chooses just the status gives no time."""
    if "delay_until" not in request.POST:
        return None
    try:
        chosen: datetime = UNTIL.clean(request.POST.get("until", ""))
    except ValidationError:
        raise Refused("until", _("Choose the time.")) from None
    return chosen


@require_POST
@for_employees
def waking(request: EmployeeRequest, number: int) -> HttpResponse:
    """A delayed task stays so until somebody changes it."""
    return changed(request, number, lambda task: delays.stay(task, by=request.employee))


@require_POST
@for_employees
def giving(request: EmployeeRequest, number: int) -> HttpResponse:
    """A draft goes to its people."""
    return changed(request, number, lambda task: drafting.give(task, by=request.employee))


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
            "until": request.POST.get("until", ""),
        }
        return render(request, "desk/_task_header.html", context, status=422)

    if not request.htmx:
        return redirect("task", number)
    response = render(request, "desk/_task_header.html", header(request, visible_task(request, number)))
    return trigger_client_event(response, "feed-changed", {})
