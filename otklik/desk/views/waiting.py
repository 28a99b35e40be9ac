"""What scenarios are about to do with a task."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from otklik.desk import rights
from otklik.desk.models import ScenarioRun, Task
from otklik.desk.scenarios import engine
from otklik.desk.scenarios.planned import Planned
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import changed


class Wait(NamedTuple):
    """The runs of one scenario: the next, how many come after it, and its operations in words."""

    run: ScenarioRun
    more: int
    deeds: list[str]

    @property
    def seconds(self) -> float:
        """Until then."""
        return max(0.0, (self.run.due_at - timezone.now()).total_seconds()) if self.run.due_at else 0.0


def of(task: Task) -> list[Wait]:
    """Runs that wait for their time, the next first."""
    waiting = ScenarioRun.objects.filter(task=task, state=ScenarioRun.State.WAITING)
    runs: dict[int, list[ScenarioRun]] = {}
    for run in waiting.select_related("scenario").order_by("due_at", "pk"):
        runs.setdefault(run.scenario_id, []).append(run)
    if not runs:
        return []
    planned = Planned(task)
    return [Wait(first, len(more), planned.of(first.scenario)) for first, *more in runs.values()]


@require_POST
@for_employees
def cancelling(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    task = visible_task(request, number)
    if not rights.may_change_status(task, request.employee):
        raise PermissionDenied
    engine.cancel(get_object_or_404(ScenarioRun, pk=pk, task=task), by=request.employee)
    return changed(request, number)
