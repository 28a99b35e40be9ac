from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import subtasks as actions
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.task_choice import picked
from otklik.desk.views.task_plan import Plan


@require_http_methods(["GET", "POST"])
@for_employees
def subtasks(request: EmployeeRequest, number: int) -> HttpResponse:
    """Posting `number` makes that task a part of this one, `out` takes it out; `alone` takes this one out of its own
    parent."""
    task = visible_task(request, number)
    error = None
    if request.method == "POST":
        try:
            _do(request, task)
        except DeskError as refused:
            error = refused
        else:
            return redirect("subtasks", number)
    context = {
        "task": task,
        "plan": Plan(task, request.employee),
        "error": error,
        "typed": picked(request),
    }
    return render(request, "desk/subtasks.html", context, status=422 if error else 200)


def _do(request: EmployeeRequest, task: Task) -> None:
    if "alone" in request.POST:
        actions.detach(task, by=request.employee)
    elif out := whole(request.POST.get("out")):
        part = Task.objects.visible_to(request.employee).filter(number=out, part_of__parent=task).first()
        if part:
            actions.detach(part, by=request.employee)
    else:
        actions.attach(named(request, picked(request)), parent=task, by=request.employee)


def named(request: EmployeeRequest, text: str) -> Task:
    """By its number, as one reads it (“№ 12”)."""
    number = whole("".join(sign for sign in text if sign.isdigit()))
    task = Task.objects.visible_to(request.employee).kept().filter(number=number).first()
    if task is None:
        raise Refused("number", _("There is no task with this number."))
    return task
