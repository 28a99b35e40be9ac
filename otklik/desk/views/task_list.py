from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.desk.models import Employee, Task, TaskMember
from otklik.desk.models.task import TaskQuerySet
from otklik.desk.views.access import EmployeeRequest, for_employees, whole

PAGE = 50
FILTERS = ("active", "mine", "all")


@dataclass(frozen=True)
class Page:
    tasks: list[Task]
    # Where the next page begins; empty at the end.
    older: str


@require_GET
@for_employees
def tasks(request: EmployeeRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in FILTERS else FILTERS[0]
    page = page_of(_shown(request.employee, show), request.GET.get("before", ""))
    template = "desk/_task_rows.html" if request.htmx else "desk/tasks.html"
    return render(request, template, {"page": page, "show": show, "before": request.GET.get("before", "")})


def _shown(employee: Employee, show: str) -> TaskQuerySet:
    tasks = Task.objects.visible_to(employee).kept()
    if show == "all":
        return tasks
    tasks = tasks.filter(status__is_active=True)
    if show == "active":
        return tasks
    mine = TaskMember.objects.filter(Q(employee=employee) | Q(group__members=employee), role__key="assignee")
    return tasks.filter(pk__in=mine.values("task"))


def page_of(tasks: TaskQuerySet, before: str) -> Page:
    """By key and not by offset: tasks that move to the top meanwhile neither repeat nor hide others."""
    event, _, number = before.partition("-")
    if event:
        key = whole(event), whole(number)
        tasks = tasks.filter(Q(last_event__lt=key[0]) | Q(last_event=key[0], number__lt=key[1]))
    assignees = TaskMember.objects.filter(role__key="assignee").select_related("employee__user", "group", "contact")
    rows = list(
        tasks.select_related("status", "contact", "source")
        .prefetch_related(Prefetch("members", assignees, to_attr="assignees"))
        .order_by("-last_event", "-number")[: PAGE + 1]
    )
    older = f"{rows[PAGE - 1].last_event}-{rows[PAGE - 1].number}" if len(rows) > PAGE else ""
    return Page(rows[:PAGE], older)
