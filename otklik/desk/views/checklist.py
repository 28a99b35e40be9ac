from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from otklik.desk.actions import checklists, task_people
from otklik.desk.errors import DeskError
from otklik.desk.models import ChecklistItem, Employee, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.task_plan import Plan


@require_http_methods(["GET", "POST"])
@for_employees
def checklist(request: EmployeeRequest, number: int) -> HttpResponse:
    """All items with their operations; each line of `texts` becomes an item."""
    task = visible_task(request, number)
    if request.method == "POST":
        try:
            checklists.add(task, request.POST.get("texts", "").splitlines(), by=request.employee)
        except DeskError as error:
            return _page(request, task, error, typed=request.POST.get("texts", ""))
        return redirect("checklist", number)
    return _page(request, task)


@require_POST
@for_employees
def item(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    """`do`: tick, untick, up, down, remove, reword, give. From the task's own page by HTMX, or from the checklist's."""
    task = visible_task(request, number)
    found = ChecklistItem(pk=pk, task=task)
    try:
        _do(request, found)
    except DeskError as error:
        if request.htmx:
            return render(request, "desk/_composer_error.html", {"error": error}, status=422)
        return _page(request, task, error)
    if request.htmx:
        return trigger_client_event(HttpResponse(status=204), "feed-changed", {})
    return redirect("task" if request.POST.get("from") == "task" else "checklist", number)


def _do(request: EmployeeRequest, found: ChecklistItem) -> None:
    by, deed = request.employee, request.POST.get("do", "")
    if deed in ("tick", "untick"):
        checklists.tick(found, is_done=deed == "tick", by=by)
    elif deed in ("up", "down"):
        checklists.move(found, up=deed == "up", by=by)
    elif deed == "remove":
        checklists.remove(found, by=by)
    elif deed == "reword":
        checklists.reword(found, request.POST.get("text", ""), by=by)
    elif deed == "give":
        chosen = Employee.objects.active().filter(pk=whole(request.POST.get("assignee"))).first()
        checklists.give(found, chosen, by=by)


def _page(request: EmployeeRequest, task: Task, error: DeskError | None = None, typed: str = "") -> HttpResponse:
    people = task_people.taking_part(task)
    context = {
        "task": task, "plan": Plan(task, request.employee), "error": error, "typed": typed, "people": people,
    }  # fmt: skip
    return render(request, "desk/checklist.html", context, status=422 if error else 200)
