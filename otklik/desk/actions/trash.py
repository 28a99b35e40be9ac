"""Tasks go to the trash and come back, or are gone for good (contracts/planfix-behaviour.md §3, §13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Notice, Task, TaskMerge
from otklik.live.publish import publish


@transaction.atomic
def trash(task: Task, *, by: Employee) -> Task:
    """Puts the task into the trash; one that is there stays. Raises NotAllowed."""
    task = _locked(task, by)
    return task if task.trashed_at else _move(task, timezone.now(), "task_trashed", by)


@transaction.atomic
def restore(task: Task, *, by: Employee) -> Task:
    """Takes the task out of the trash, with the status it had. A conversation that has gone on in another task stays
    there. Raises NotAllowed, Refused."""
    task = _locked(task, by)
    if TaskMerge.objects.filter(task=task, undone_at=None).exists():
        raise Refused("task", _("This task is merged into another one: take them apart instead."))
    return _move(task, None, "task_restored", by) if task.trashed_at else task


@transaction.atomic
def purge(task: Task, *, by: Employee) -> None:
    """Deletes a task in the trash for good, with its comments, its notices and what was still to be sent from it. The
    contact stays, and so do the conversation's targets: the next message learns from them that a task is gone. Raises
    NotAllowed, Refused."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators delete tasks for good."))
    if task.trashed_at is None:
        raise Refused("task", _("Only a task in the trash can be deleted for good."))
    # The event outlives its task: open pages, also those that missed the notice, learn of it by the task's id.
    purged = Happening(
        "task_purged",
        task_id=task.pk,
        contact_id=task.contact_id,
        actor_id=by.pk,
        data={"number": task.number, "name": task.name},
    )
    task.delete()
    record_many([purged])


def _locked(task: Task, by: Employee) -> Task:
    task = Task.objects.select_for_update(of=("self",)).select_related("contact").get(pk=task.pk)
    if not rights.may_delete(task, by):
        raise NotAllowed(_("You may not delete or restore this task."))
    return task


def _move(task: Task, trashed_at: datetime | None, kind: str, by: Employee) -> Task:
    task.trashed_at = trashed_at
    task.save(update_fields=["trashed_at"])
    line = Comment.objects.create(
        task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data={"event": kind}
    )
    record(kind, task=task, contact=task.contact, comment=line, by=by)
    # No news for anybody, but the chronicle of whoever has not read the task shows it no more, or again.
    unread = Notice.objects.filter(task=task, read_at__isnull=True).values_list("employee", flat=True).distinct()
    publish([f"employee:{pk}" for pk in unread], kind)
    return task
