"""Two tasks become one, and come apart again at any later day (contracts/planfix-behaviour.md §13).

The merged task's row stays in the trash as a shell; what belonged to it moves, and its `TaskMerge` remembers what has
to go back. Locks are taken as intake takes them: clients, then tasks."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import own_statuses
from otklik.desk.actions.events import record_many
from otklik.desk.actions.joining import lock_clients
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import (
    ChecklistItem,
    Comment,
    Contact,
    DelayedComment,
    Employee,
    File,
    Identity,
    Notice,
    Pin,
    Reminder,
    ReplyTarget,
    Subtask,
    Task,
    TaskMember,
    TaskMerge,
)
from otklik.live.publish import publish

# In the order of their times. First away from all numbers, because no two lines may have one, not even for a moment.
AWAY = "UPDATE desk_comment SET number = -number WHERE task_id = ANY(%s)"
IN_TIME = """
UPDATE desk_comment AS c SET task_id = %s, number = o.place, data = CASE WHEN c.task_id = %s OR c.data ? 'former'
    THEN c.data ELSE c.data || jsonb_build_object('former', jsonb_build_object('number', %s, 'name', %s::text)) END
FROM (SELECT id, row_number() OVER (ORDER BY at, id) AS place FROM desk_comment WHERE task_id = ANY(%s)) AS o
WHERE o.id = c.id
"""
BACK = """
UPDATE desk_comment AS c SET task_id = %s, number = o.number,
    data = CASE WHEN (c.data -> 'former' ->> 'number')::bigint = %s THEN c.data - 'former' ELSE c.data END
FROM unnest(%s::bigint[], %s::bigint[]) AS o(id, number) WHERE o.id = c.id
"""


@transaction.atomic
def merge(task: Task, *, into: Task, by: Employee) -> Task:
    """All of the task goes into the other one, comments in the order of their times. The other keeps its channel, and
    takes this one's only when it has none. Raises NotAllowed, Refused."""
    if task.pk == into.pk:
        raise Refused("number", _("Choose another task."))
    task, into = _locked(task, into)
    if not (rights.may_edit(task, by) and rights.may_edit(into, by)):
        raise NotAllowed(_("To merge tasks one needs the right to edit both."))
    if task.trashed_at or into.trashed_at:
        raise Refused("number", _("One of the tasks has been merged or put into the trash meanwhile."))

    moved = _move_comments(task, into)
    moved |= _move_channel(task, into) | _move_people(task, into) | _move_plan(task, into)
    TaskMerge.objects.create(task=task, into=into, by=by, moved=moved)
    task.trashed_at = timezone.now()
    task.save(update_fields=["trashed_at", "contact", "source", "notified"])
    into.save(update_fields=["contact", "source", "notified", "comment_count"])
    channel = "taken" if moved["targets"] else "kept" if into.targets.exists() else "none"
    _tell(("tasks_merged", into, task, {"channel": channel}), ("task_merged_away", task, into, {}), by=by)
    return into


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

    moved = found.moved
    _give_comments_back(task, into, moved)
    _give_channel_back(task, into, moved)
    _give_people_back(task, into, moved)
    _give_plan_back(task, moved)
    task.trashed_at = None
    task.save(update_fields=["trashed_at", "contact", "source", "notified", "comment_count"])
    into.save(update_fields=["contact", "source", "notified"])
    found.undone_by, found.undone_at = by, timezone.now()
    found.save(update_fields=["undone_by", "undone_at"])
    _tell(("merge_undone", into, task, {}), ("merge_undone", task, into, {}), by=by)
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


def _move_comments(task: Task, into: Task) -> dict[str, Any]:
    comments = list(task.comments.values_list("pk", "number"))
    ids, both = [pk for pk, _number in comments], [task.pk, into.pk]
    last = Comment.objects.filter(task__in=both).aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(AWAY, [both])
        cursor.execute(IN_TIME, [into.pk, into.pk, task.number, task.name, both])
    into.comment_count = into.comments.count()
    _follow_comments(ids, into)
    notices = Notice.objects.filter(task=task, read_at=None)
    moved = list(notices.values_list("pk", flat=True))
    notices.update(task=into)
    return {"comments": [list(pair) for pair in comments], "last": last, "notices": moved}


def _follow_comments(ids: list[int], task: Task) -> None:
    """What hangs from the comments names the task, too."""
    File.objects.filter(comment__in=ids).update(task=task)
    Pin.objects.filter(comment__in=ids).update(task=task)


def _move_channel(task: Task, into: Task) -> dict[str, Any]:
    """With closed ways the merged task's client is answered nowhere: his next message finds a task by §3. The shell
    has no client any more, so that it is not found again."""
    was = {"contact": task.contact_id, "source": task.source_id}
    ways = ReplyTarget.objects.filter(task=task)
    took, targets, closed = [], [], []
    if not ReplyTarget.objects.filter(task=into).exists():
        targets = list(ways.values_list("pk", flat=True))
        ways.update(task=into)
        for field in ("contact_id", "source_id"):
            if targets and getattr(into, field) is None and getattr(task, field) is not None:
                setattr(into, field, getattr(task, field))
                took.append(field.removesuffix("_id"))
    else:
        closed = list(ways.filter(is_open=True).values_list("pk", flat=True))
        ways.update(is_open=False)
    task.contact = task.source = None
    return {"targets": targets, "closed": closed, "took": took, **was}


def _move_people(task: Task, into: Task) -> dict[str, Any]:
    """Whoever saw the one sees what became of it, in the same role. Who comes as an assignee into a new task accepts it
    for himself like the others; what he answered in his own stays there, for when they come apart."""
    own = Q(contact=None) & ~Q(role__key="assigner")
    held = set(into.members.filter(own).values_list("role", "employee", "group"))
    come = [row for row in task.members.filter(own).values_list("role", "employee", "group") if row not in held]
    TaskMember.objects.bulk_create(
        [TaskMember(task=into, role_id=role, employee_id=who, group_id=group) for role, who, group in come]
    )
    hearers = sorted(set(task.notified) - set(into.notified))
    into.notified = sorted({*into.notified, *task.notified})
    return {"members": [list(row) for row in come], "notified": hearers}


def _move_plan(task: Task, into: Task) -> dict[str, Any]:
    items = list(task.checklist.values_list("pk", flat=True))
    place = into.checklist.aggregate(last=Max("place"))["last"] or 0
    for step, pk in enumerate(items, start=1):
        ChecklistItem.objects.filter(pk=pk).update(task=into, place=place + step)
    parts = list(Subtask.objects.filter(parent=task).exclude(task=into).values_list("pk", flat=True))
    Subtask.objects.filter(pk__in=parts).update(parent=into)
    reminders = list(Reminder.objects.filter(task=task, fired_at=None).values_list("pk", flat=True))
    Reminder.objects.filter(pk__in=reminders).update(task=into)
    delayed = list(task.delayed.values_list("pk", flat=True))
    DelayedComment.objects.filter(pk__in=delayed).update(task=into)
    return {"items": items, "parts": parts, "reminders": reminders, "delayed": delayed}


def _give_comments_back(task: Task, into: Task, moved: dict[str, Any]) -> None:
    numbers = dict(moved["comments"])
    here = set(Comment.objects.filter(task=into, pk__in=numbers).values_list("pk", flat=True))
    since = Comment.objects.filter(task=into, target__in=moved["targets"], pk__gt=moved["last"])
    for pk in since.order_by("number").values_list("pk", flat=True):
        task.comment_count += 1
        numbers[pk] = task.comment_count
        here.add(pk)
    ids = sorted(here)
    with connection.cursor() as cursor:
        cursor.execute(BACK, [task.pk, task.number, ids, [numbers[pk] for pk in ids]])
    _follow_comments(ids, task)
    unread = Notice.objects.filter(task=into, read_at=None)
    unread.filter(Q(pk__in=moved["notices"]) | Q(event__comment__in=ids)).update(task=task)


def _give_channel_back(task: Task, into: Task, moved: dict[str, Any]) -> None:
    contact = Contact.objects.filter(pk=moved["contact"]).first()
    task.contact = (contact.merged_into or contact) if contact else None
    task.source_id = moved["source"]
    ReplyTarget.objects.filter(pk__in=moved["targets"], task=into).update(task=task)
    for field in moved["took"]:
        setattr(into, f"{field}_id", None)
    for way in ReplyTarget.objects.filter(pk__in=moved["closed"], is_open=False):
        # A conversation has one current task: one that went on elsewhere stays there (I4).
        open_ones = ReplyTarget.objects.filter(source=way.source_id, remote_id=way.remote_id, is_open=True)
        if not open_ones.exists():
            ReplyTarget.objects.filter(pk=way.pk).update(is_open=True)


def _give_people_back(task: Task, into: Task, moved: dict[str, Any]) -> None:
    for role, who, group in moved["members"]:
        TaskMember.objects.filter(task=into, role=role, employee=who, group=group, contact=None).delete()
    into.notified = sorted(set(into.notified) - set(moved["notified"]))


def _give_plan_back(task: Task, moved: dict[str, Any]) -> None:
    ChecklistItem.objects.filter(pk__in=moved["items"]).update(task=task)
    Subtask.objects.filter(pk__in=moved["parts"]).exclude(task=task).update(parent=task)
    Reminder.objects.filter(pk__in=moved["reminders"], fired_at=None).update(task=task)
    DelayedComment.objects.filter(pk__in=moved.get("delayed", [])).update(task=task)


def _tell(*told: tuple[str, Task, Task, dict[str, Any]], by: Employee) -> None:
    """A line in both feeds, each naming the other task."""
    happenings = [
        line(kind, task, by, {"number": other.number, "name": other.name, **more}) for kind, task, other, more in told
    ]
    record_many(happenings)
    publish([f"employee:{pk}" for pk in sorted({pk for one in told for pk in one[1].notified})], "tasks_merged")
