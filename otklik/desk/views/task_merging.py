from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk import rights
from otklik.desk.actions import task_merging as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import Employee, Task, TaskMerge
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.subtasks import named
from otklik.desk.views.task_choice import picked

# For so long the page of the task itself offers to take it back; later the page of its merges does.
SHOWN_FOR = timedelta(minutes=15)


@require_http_methods(["GET", "POST"])
@for_employees
def merging(request: EmployeeRequest, number: int) -> HttpResponse:
    """Says what merging does with the chosen task before it is done; with `sure` it is done."""
    task = visible_task(request, number)
    error, into = None, None
    if request.method == "POST":
        try:
            into = named(request, picked(request))
            if "sure" in request.POST:
                quietly = "quietly" in request.POST
                actions.merge(task, into=into, by=request.employee, quietly=quietly)
                return redirect("task", into.number)
        except DeskError as refused:
            error = refused
    context = {
        "task": task,
        "into": into,
        "error": error,
        "me": request.employee,
        "typed": picked(request),
        "may_merge": rights.may_edit(task, request.employee) and not task.trashed_at,
        "merges": _merges(request, task),
        # Of the two who may be answered, whose channel stays (§13).
        "has_channel": task.targets.exists(),
        "keeps_channel": bool(into and into.targets.exists()),
    }
    return render(request, "desk/task_merging.html", context, status=422 if error else 200)


@require_POST
@for_employees
def separation(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    """Takes apart what was merged into this task, or this task out of what it was merged into."""
    task = visible_task(request, number)
    done = get_object_or_404(TaskMerge.objects.select_related("task", "into"), pk=pk)
    if task.pk not in (done.task_id, done.into_id):
        return redirect("task_merging", number)
    try:
        back = actions.unmerge(done, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("task_merging", number)
    messages.success(request, _("The tasks are separate again."))
    return redirect("task", back.number)


def fresh(task: Task, employee: Employee) -> TaskMerge | None:
    """The last one that was merged into this task, as long as somebody may want to take it back at once."""
    recent = TaskMerge.objects.filter(into=task, undone_at=None, at__gt=timezone.now() - SHOWN_FOR)
    found = recent.select_related("task", "by__user").order_by("-at").first()
    return found if found and rights.may_edit(task, employee) else None


def _merges(request: EmployeeRequest, task: Task) -> list[TaskMerge]:
    return list(TaskMerge.objects.filter(into=task, undone_at=None).select_related("task", "by__user"))
