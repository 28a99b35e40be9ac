"""Two tasks become one, and come apart again at any later day (contracts/planfix-behaviour.md §13).

The merged task's row stays in the trash as a shell; what belonged to it moves, and its `TaskMerge` remembers what has
to go back. Locks are taken as intake takes them: clients, then tasks."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import merged_facts, merged_lines, merged_parts, own_statuses
from otklik.desk.actions.events import record_many
from otklik.desk.actions.joining import lock_clients
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Identity, Notice, Task, TaskMerge
from otklik.live.publish import publish

TASK = ["trashed_at", "contact", "source", "notified"]
INTO = ["contact", "source", "notified", "comment_count", "additional_data", "project"]


@transaction.atomic
def merge(task: Task, *, into: Task, by: Employee, quietly: bool = False) -> TaskMerge:
    """All of the task goes into the other one, comments in the order of their times. The other keeps its channel, and
    takes this one's only when it has none; what it leaves empty is filled from this one. Those who hear of it are told;
    quietly: nobody is, which is for administrators. Raises NotAllowed, Refused."""
    if task.pk == into.pk:
        raise Refused("number", _("Choose another task."))
    task, into = _locked(task, into)
    if not (rights.may_edit(task, by) and rights.may_edit(into, by)):
        raise NotAllowed(_("To merge tasks one needs the right to edit both."))
    if quietly and not by.is_administrator:
        raise NotAllowed(_("Only administrators change something without telling anybody."))
    if "draft" in (task.status.key, into.status.key):
        raise Refused("number", _("A draft is merged with nothing. Give it to its people first."))
    if task.trashed_at or into.trashed_at:
        raise Refused("number", _("One of the tasks has been merged or put into the trash meanwhile."))

    moved = merged_lines.move(task, into)
    moved |= merged_parts.move(task, into)
    moved |= merged_facts.fill(task, into)
    done = TaskMerge.objects.create(task=task, into=into, by=by, moved=moved)
    task.trashed_at = timezone.now()
    task.save(update_fields=TASK)
    into.save(update_fields=INTO)
    channel = "taken" if moved["targets"] else "kept" if into.targets.exists() else "none"
    hear = [] if quietly else into.notified
    _tell(("tasks_merged", into, task, {"channel": channel}, hear), ("task_merged_away", task, into, {}, []), by=by)
    return done


@transaction.atomic
def unmerge(done: TaskMerge, *, by: Employee) -> Task:
    """The task is as it was; what came since on its own channel goes with it. Raises NotAllowed, Refused."""
    task, into = _locked(done.task, done.into)
    found = TaskMerge.objects.select_for_update().filter(pk=done.pk, undone_at=None).first()
    if found is None:
        raise Refused("merge", _("These tasks are separate already."))
    if not rights.may_edit(into, by):
        raise NotAllowed(_("To take tasks apart one needs the right to edit them."))
    if TaskMerge.objects.filter(task=into, undone_at=None).exists():
        raise Refused("merge", _("The task was merged further since: undo that first."))

    merged_lines.give_back(task, into, found)
    merged_parts.give_back(task, into, found.moved)
    merged_facts.take_back(into, found.moved)
    news = Notice.objects.filter(task=into, reason="merged", event__data__number=task.number, read_at=None)
    news.update(read_at=timezone.now())
    task.trashed_at = None
    task.save(update_fields=[*TASK, "comment_count"])
    into.save(update_fields=INTO)
    found.undone_by, found.undone_at = by, timezone.now()
    found.save(update_fields=["undone_by", "undone_at"])
    _tell(("merge_undone", into, task, {}, []), ("merge_undone", task, into, {}, []), by=by)
    own_statuses.settle(into, by=by)
    return task


def _locked(task: Task, into: Task) -> tuple[Task, Task]:
    """Both rows, with all that intake would have to lock for a message of their clients."""
    ids = [task.pk, into.pk]
    while True:
        savepoint = transaction.savepoint()
        clients = _clients_of(ids)
        lock_clients(clients)
        rows = {row.pk: row for row in Task.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))}
        if len(rows) < len(ids):
            raise Task.DoesNotExist
        if _clients_of(ids) == clients:
            transaction.savepoint_commit(savepoint)
            return rows[task.pk], rows[into.pk]
        # A device has come before its task was locked.
        transaction.savepoint_rollback(savepoint)


def _clients_of(ids: list[int]) -> set[tuple[int, str]]:
    return set(Identity.objects.filter(targets__task__in=ids).values_list("source", "remote_id"))


def _tell(*told: tuple[str, Task, Task, dict[str, Any], list[int]], by: Employee) -> None:
    """A line in both feeds, each naming the other task."""
    happenings = [
        line(
            kind, task, by, {"number": other.number, "name": other.name, **more}, notified=hear,
            reason="merged" if hear else "",
        )
        for kind, task, other, more, hear in told
    ]  # fmt: skip
    record_many(happenings)
    publish([f"employee:{pk}" for pk in sorted({pk for one in told for pk in one[1].notified})], "tasks_merged")
