from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from otklik.desk.models import Comment, Employee, Notice, Task
from otklik.live.publish import publish


@transaction.atomic
def read(task: Task, *, by: Employee) -> None:
    """Takes the task off this person's chronicle until something new happens."""
    if Notice.objects.filter(employee=by, task=task, read_at__isnull=True).update(read_at=timezone.now()):
        publish([f"employee:{by.pk}"], "read")


@transaction.atomic
def read_comment(comment: Comment, *, by: Employee) -> None:
    """Only what is told of this comment is read; the task stays on the chronicle while anything else is not."""
    unread = Notice.objects.filter(employee=by, task=comment.task_id, event__comment=comment, read_at__isnull=True)
    if unread.update(read_at=timezone.now()):
        publish([f"employee:{by.pk}"], "read")


@transaction.atomic
def read_all(*, by: Employee) -> None:
    if Notice.objects.filter(employee=by, read_at__isnull=True).update(read_at=timezone.now()):
        publish([f"employee:{by.pk}"], "read")
