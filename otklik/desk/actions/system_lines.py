from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from otklik.desk.actions.events import Happening
from otklik.desk.models import Comment, Employee, Task


def line(
    kind: str, task: Task, by: Employee, data: dict[str, Any], *, notified: Sequence[int] = (), reason: str = ""
) -> Happening:
    """A line of the feed that tells what was done, under the task's lock, and its event, which is still to be
    recorded; `task_log` has the words."""
    data = {"event": kind, **data}
    comment = Comment.objects.create(
        task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data=data
    )
    return Happening(
        kind, task_id=task.pk, contact_id=task.contact_id, comment_id=comment.pk, actor_id=by.pk, data=data,
        adds_comment=True, notified=notified, reason=reason,
    )  # fmt: skip
