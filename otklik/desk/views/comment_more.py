"""What else can be done with a comment: into another task, or a new task of it (§8.2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from otklik.desk.actions import moving
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.subtasks import named
from otklik.desk.views.task_choice import picked

# Of its text in the description and in the name of a task that is made of it.
NAME = 100


@require_http_methods(["GET", "POST"])
@for_employees
def more(request: EmployeeRequest, number: int, comment: int) -> HttpResponse:
    task = visible_task(request, number)
    found = of(task, comment, request.employee)
    error = None
    if request.method == "POST":
        try:
            return _move(request, found)
        except DeskError as refused:
            error = refused
    context: dict[str, object] = {
        "task": task,
        "comment": found,
        "error": error,
        "typed": picked(request),
        "may_move": moving.may_move(task, found, request.employee),
        "form": "desk/_comment_more.html",
    }
    if request.htmx:
        template = "desk/_comment_more.html" if request.method == "POST" else "desk/_correction.html"
        return render(request, template, context, status=422 if error else 200)
    return render(request, "desk/correction.html", context, status=422 if error else 200)


def of(task: Task, number: int, employee: Employee) -> Comment:
    comments = task.comments.visible_to(employee).select_related("employee__user", "identity", "task")
    comments = comments.filter(kind__in=moving.WRITTEN)
    return get_object_or_404(comments, number=number)


def origin(request: EmployeeRequest) -> Comment | None:
    """The comment of which a new task is to be made, as its address names it: `from` the task's number, `comment`."""
    given = request.POST if request.method == "POST" else request.GET
    task = Task.objects.visible_to(request.employee).filter(number=whole(given.get("from"))).first()
    if task is None:
        return None
    comments = (
        task.comments.visible_to(request.employee)
        .filter(kind__in=moving.WRITTEN, withdrawn_at=None)
        .select_related("task__contact")
    )
    return comments.filter(number=whole(given.get("comment"))).first()


def first_values(comment: Comment) -> dict[str, str]:
    """What a new task has from it; of a hidden comment no name, which more people see than the comment (§8.2)."""
    if comment.is_hidden:
        return {"description": comment.text}
    first = next((line.strip() for line in comment.text.splitlines() if line.strip()), "")
    return {
        "name": first if len(first) <= NAME else f"{first[: NAME - 1].rstrip()}…",
        "description": comment.text,
    }


def _move(request: EmployeeRequest, comment: Comment) -> HttpResponse:
    into = named(request, picked(request))
    if not picked(request).strip():
        raise Refused("number", _("There is no task with this number."))
    moved = moving.move(comment, into=into, by=request.employee)
    messages.success(request, _("The comment stands in this task now."))
    place = reverse("comment", args=[moved.pk])
    return HttpResponseClientRedirect(place) if request.htmx else redirect(place)
