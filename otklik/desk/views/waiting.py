"""What scenarios are about to do with a task."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from otklik.desk import rights
from otklik.desk.models import ScenarioRun, Task
from otklik.desk.scenarios import engine
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import changed


def of(task: Task) -> list[ScenarioRun]:
    """Runs that wait for their time."""
    waiting = ScenarioRun.objects.filter(task=task, state=ScenarioRun.State.WAITING)
    return list(waiting.select_related("scenario").order_by("due_at"))


@require_POST
@for_employees
def cancelling(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    task = visible_task(request, number)
    if not rights.may_change_status(task, request.employee):
        raise PermissionDenied
    engine.cancel(get_object_or_404(ScenarioRun, pk=pk, task=task), by=request.employee)
    return changed(request, number)
