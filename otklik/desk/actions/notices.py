from __future__ import annotations

from datetime import datetime

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
def unread(ids: list[int], *, by: Employee) -> None:
    """Brings notices of this person back onto his chronicle."""
    if Notice.objects.filter(employee=by, pk__in=ids).update(read_at=None):
        publish([f"employee:{by.pk}"], "unread")


@transaction.atomic
def put_off(task: Task, until: datetime, *, by: Employee) -> None:
    """Takes the task off this person's chronicle until then; something new brings it back at once (§9)."""
    unread = Notice.objects.filter(employee=by, task=task, read_at__isnull=True)
    if unread.update(later_at=until):
        publish([f"employee:{by.pk}"], "put_off")


@transaction.atomic
def bring_back() -> int:
    """What was put off until now is on its chronicles again; returns how many people hear of it."""
    due = Notice.objects.filter(later_at__lte=timezone.now())
    people = sorted(set(due.values_list("employee", flat=True)))
    due.update(later_at=None)
    publish([f"employee:{pk}" for pk in people], "brought_back")
    return len(people)


@transaction.atomic
def read_comment(comment: Comment, *, by: Employee) -> None:
    """Only what is told of this comment is read; the task stays on the chronicle while anything else is not."""
    unread = Notice.objects.filter(employee=by, task=comment.task_id, event__comment=comment, read_at__isnull=True)
    if unread.update(read_at=timezone.now()):
        publish([f"employee:{by.pk}"], "read")


@transaction.atomic
def read_line(comment: Comment, *, by: Employee) -> None:
    """A click into the feed reads one comment (§8.2). With the last of them goes what has no line in the feed."""
    read_comment(comment, by=by)
    unread = Notice.objects.filter(employee=by, task=comment.task_id, read_at__isnull=True)
    if not unread.filter(event__comment__isnull=False).exclude(reason="liked").exists():
        unread.update(read_at=timezone.now())


@transaction.atomic
def read_all(*, by: Employee) -> None:
    if Notice.objects.filter(employee=by, read_at__isnull=True).update(read_at=timezone.now()):
        publish([f"employee:{by.pk}"], "read")
