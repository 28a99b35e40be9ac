"""What hangs from a task that goes into another one: the way to its client, people, checklist and subtasks (§13)."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Q

from otklik.desk.models import (
    ChecklistItem,
    Contact,
    DelayedComment,
    Reminder,
    ReplyTarget,
    Subtask,
    Task,
    TaskMember,
)

# Roles in which a task has one at most.
SINGLE = ("assigner", "counterparty")


def move(task: Task, into: Task) -> dict[str, Any]:
    """Both rows are locked, and still to be saved. For `TaskMerge.moved`."""
    return _move_channel(task, into) | _move_people(task, into) | _move_plan(task, into)


def give_back(task: Task, into: Task, moved: dict[str, Any]) -> None:
    _give_channel_back(task, into, moved)
    _give_people_back(task, into, moved)
    _give_plan_back(task, moved)


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
    roles = _move_roles(task, into) if targets else []
    return {"targets": targets, "closed": closed, "took": took, "roles": roles, **was}


def _move_roles(task: Task, into: Task) -> list[list[int]]:
    """What contacts are in the merged task they are where they are answered now, as far as it has nobody in a role for
    one; [[role, contact]] of those who came."""
    single = set(into.members.filter(role__key__in=SINGLE).values_list("role", flat=True))
    held = set(into.members.exclude(contact=None).values_list("role", "contact"))
    rows = task.members.exclude(contact=None).values_list("role", "contact")
    come = [row for row in rows if row not in held and row[0] not in single]
    TaskMember.objects.bulk_create([TaskMember(task=into, role_id=role, contact_id=who) for role, who in come])
    return [list(row) for row in come]


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


def _give_channel_back(task: Task, into: Task, moved: dict[str, Any]) -> None:
    contact = Contact.objects.filter(pk=moved["contact"]).first()
    task.contact = (contact.merged_into or contact) if contact else None
    task.source_id = moved["source"]
    ReplyTarget.objects.filter(pk__in=moved["targets"], task=into).update(task=task)
    for role, who in moved.get("roles", []):
        TaskMember.objects.filter(task=into, role=role, contact=who).delete()
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
