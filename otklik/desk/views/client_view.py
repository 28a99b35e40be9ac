"""The conversation of a task as the client has it before him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.desk.actions import speaking
from otklik.desk.actions.corrections import ARRIVED
from otklik.desk.models import Comment, Employee, File, ReplyTarget, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole

PAGE = 100


@dataclass(frozen=True)
class Seen:
    """A message before the client's eyes. Without a name it is his own."""

    number: int
    text: str
    at: datetime
    name: str
    files: tuple[File, ...]
    is_edited: bool
    # Withdrawn: he sees that there was one.
    is_gone: bool
    is_read: bool


@require_GET
@for_employees
def page(request: EmployeeRequest, number: int) -> HttpResponse:
    """`target`: on which way; `before`: the number of the message where the page ends."""
    task = visible_task(request, number)
    targets = list(task.targets.select_related("identity", "source").order_by("-pk"))
    wanted = whole(request.GET.get("target"))
    target = next((one for one in targets if one.pk == wanted), targets[0] if targets else None)
    before = whole(request.GET.get("before"))
    rows = _rows(task, target, before)
    lines = [seen for comment in rows[:PAGE][::-1] if (seen := _seen(comment))]
    context: dict[str, Any] = {
        "task": task,
        "targets": targets,
        "target": target,
        "lines": lines,
        "older": rows[PAGE - 1].number if len(rows) > PAGE else 0,
        "before": before,
    }
    return render(request, "desk/_client_view.html" if request.htmx else "desk/client_view.html", context)


def _rows(task: Task, target: ReplyTarget | None, before: int) -> list[Comment]:
    """The latest first; of a task without any way to its client all that was said. What has not reached him is not
    there for him."""
    own = Q(kind=Comment.Kind.CLIENT)
    replies = Q(kind=Comment.Kind.REPLY) & (Q(mark__in=ARRIVED) | Q(data__was_sent=True))
    # What was written on the side of the chat comes without a mark.
    replies |= Q(kind=Comment.Kind.REPLY, mark=Comment.Mark.NONE, withdrawn_at=None)
    lines = task.comments.filter(own | replies)
    if target:
        lines = lines.filter(target=target)
    if before:
        lines = lines.filter(number__lt=before)
    lines = lines.select_related("employee__user", "identity", "target__source").prefetch_related("files")
    return list(lines.order_by("-number")[: PAGE + 1])


def _seen(comment: Comment) -> Seen | None:
    """As far as the channel has told: a change that has not arrived is not before his eyes."""
    is_behind = comment.correction in ("due", "failed")
    earlier = comment.data.get("earlier", [])
    is_gone = comment.withdrawn_at is not None and not is_behind
    text = earlier[-1]["text"] if is_behind and earlier and not comment.withdrawn_at else comment.text
    return Seen(
        comment.number,
        "" if is_gone else text,
        comment.at,
        "" if comment.kind == Comment.Kind.CLIENT else _name(comment.target, comment.employee, comment.author),
        () if is_gone else tuple(comment.files.all()),
        is_edited=bool(comment.edited_at) and not is_behind and not is_gone,
        is_gone=is_gone,
        is_read=comment.mark == Comment.Mark.READ,
    )


def _name(target: ReplyTarget | None, employee: Employee | None, author: str) -> str:
    speaker = speaking.speaker(target, employee) if target and employee else None
    return speaker.name if speaker else author or "—"
