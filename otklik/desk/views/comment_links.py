"""Links to comments hold by the comment's id, whatever task it stands in and whatever number it has there (§8.2).

Links of former times name a number. They were made before the numbers of a task changed, so they are read by the
numbers of that time."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from otklik.desk.models import Comment, Event, Task, TaskMerge
from otklik.desk.views.access import EmployeeRequest, for_employees


@require_GET
@for_employees
def comment(request: EmployeeRequest, pk: int) -> HttpResponse:
    """To the task where it stands now. For whoever may not see that, there is nothing."""
    visible = Task.objects.visible_to(request.employee)
    found = Comment.objects.visible_to(request.employee).select_related("task").filter(pk=pk, task__in=visible).first()
    if found is None:
        return render(request, "desk/no_comment.html", status=404)
    return redirect(f"{reverse('task', args=[found.task.number])}?comment={pk}#comment-{found.number}")


def of_number(task: Task, number: int) -> Comment | None:
    """Which comment a link means that names a number in this task; it may stand in another one by now."""
    if pk := _before_merges(task, number):
        return Comment.objects.filter(pk=pk).first()
    found = task.comments.filter(number=number).first()
    return found or _moved_away(task, number)


def _before_merges(task: Task, number: int) -> int | None:
    """By the numbers that its lines had before the first merge that holds."""
    away = TaskMerge.objects.filter(task=task, undone_at=None).first()
    if away:
        return _named(away.moved["comments"], number)
    first = TaskMerge.objects.filter(into=task, undone_at=None, moved__has_key="own").order_by("at", "pk").first()
    return _named(first.moved["own"], number) if first else None


def _named(lines: list[list[int]], number: int) -> int | None:
    return next((pk for pk, had in lines if had == number), None)


def _moved_away(task: Task, number: int) -> Comment | None:
    events = Event.objects.filter(task=task, kind="comment_moved_away", data__line=number).order_by("-number")
    moved = events.values_list("data__comment", flat=True).first()
    return Comment.objects.filter(pk=moved).first() if moved else None
