"""What a mass action does to one task of many, and how it is taken back. Each is the action for a single task; `before`
of the item remembers what undoing needs. What somebody has changed since stays as he made it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions import due_dates, editing, keeping, members, notices, people, task_merging, tasks, trash
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, MassAction, MassActionItem, Notice, Status, Task, TaskMerge

Deed = Callable[[MassAction, MassActionItem], None]
Operation = MassAction.Operation


def _set_status(action: MassAction, item: MassActionItem) -> None:
    task = item.task
    if action.operation == Operation.COMPLETE:
        status = Status.objects.filter(set=task.status.set_id, key="completed").first()
    else:
        status = Status.objects.filter(pk=int(action.value)).first()
    if status is None:
        raise Refused("status", _("This task has no such status."))
    if task.status_id == status.pk:
        raise Refused("status", _("It has this status already."))
    item.before = {"status": task.status_id, "after": status.pk}
    tasks.set_status(task, status, by=action.by)


def _reset_status(action: MassAction, item: MassActionItem) -> None:
    before = Status.objects.filter(pk=item.before["status"]).first()
    if item.task.status_id != item.before["after"] or before is None:
        raise _changed("status")
    tasks.set_status(item.task, before, by=action.by)


def _add_member(action: MassAction, item: MassActionItem) -> None:
    role = "assignee" if action.operation == Operation.ASSIGN else "participant"
    now = members.who_is(item.task, role)
    if action.value in now:
        raise Refused("who", _("He is there already."))
    item.before = {"role": role}
    members.change(item.task, role, [*now, action.value], seen=now, by=action.by)


def _drop_member(action: MassAction, item: MassActionItem) -> None:
    now = members.who_is(item.task, item.before["role"])
    if action.value not in now:
        raise _changed("who")
    members.change(item.task, item.before["role"], set(now) - {action.value}, seen=now, by=action.by)


def _remove(action: MassAction, item: MassActionItem) -> None:
    roles = [role for role in members.ROLES if action.value in members.who_is(item.task, role)]
    if not roles:
        raise Refused("who", _("He takes no part in it."))
    item.before = {"roles": roles}
    for role in roles:
        now = members.who_is(item.task, role)
        members.change(item.task, role, set(now) - {action.value}, seen=now, by=action.by)


def _put_back(action: MassAction, item: MassActionItem) -> None:
    for role in item.before["roles"]:
        now = members.who_is(item.task, role)
        members.change(item.task, role, {*now, action.value}, seen=now, by=action.by)


def _pass_on(action: MassAction, item: MassActionItem) -> None:
    before, heir = _from_and_to(action)
    now = members.who_is(item.task, "assignee")
    if before not in now:
        raise _changed("who")
    item.before = {"had": heir in now}
    members.change(item.task, "assignee", {*now, heir} - {before}, seen=now, by=action.by)


def _from_and_to(action: MassAction) -> tuple[str, str]:
    before, _space, heir = action.value.partition(" ")
    return f"employee-{before}", heir


def _give_back(action: MassAction, item: MassActionItem) -> None:
    before, heir = _from_and_to(action)
    now = members.who_is(item.task, "assignee")
    if heir not in now or before in now:
        raise _changed("who")
    if not Employee.objects.active().filter(pk__in=people.ids([before], "employee")).exists():
        raise Refused("who", _("Who had it does not work here any more."))
    gone = set() if item.before["had"] else {heir}
    members.change(item.task, "assignee", {*now, before} - gone, seen=now, by=action.by)


def _set_due(action: MassAction, item: MassActionItem) -> None:
    before = due_dates.facts_of(item.task)
    day = date.fromisoformat(action.value) if action.value else None
    due_dates.change(item.task, day, seen=before, by=action.by)
    after = due_dates.facts_of(item.task)
    if after == before:
        raise Refused("day", _("It has this due date already."))
    item.before = {"due": before, "after": after}


def _reset_due(action: MassAction, item: MassActionItem) -> None:
    now, before = due_dates.facts_of(item.task), item.before["due"]
    if now != item.before["after"]:
        raise _changed("day")
    if before and before["at"]:
        at = timezone.localtime(datetime.fromisoformat(before["at"]))
        due_dates.change(item.task, at.date(), at.time(), seen=now, by=action.by)
    else:
        due_dates.change(item.task, date.fromisoformat(before["day"]) if before else None, seen=now, by=action.by)


def _set_project(action: MassAction, item: MassActionItem) -> None:
    before, after = item.task.project_id, int(action.value) if action.value else None
    if before == after:
        raise Refused("project", _("It is in this project already."))
    item.before = {"project": before, "after": after}
    editing.change(item.task, {"project": after}, seen={"project": before}, by=action.by)


def _reset_project(action: MassAction, item: MassActionItem) -> None:
    if item.task.project_id != item.before["after"]:
        raise _changed("project")
    given = {"project": item.before["project"]}
    editing.change(item.task, given, seen={"project": item.before["after"]}, by=action.by)


def _read(action: MassAction, item: MassActionItem) -> None:
    unread = Notice.objects.filter(employee=action.by, task=item.task, read_at=None)
    item.before = {"notices": list(unread.values_list("pk", flat=True))}
    if not item.before["notices"]:
        raise Refused("task", _("Nothing in it is unread."))
    notices.read(item.task, by=action.by)


def _unread(action: MassAction, item: MassActionItem) -> None:
    notices.unread(item.before["notices"], by=action.by)


def _follow(action: MassAction, item: MassActionItem) -> None:
    if action.by_id in (item.task.followers or []):
        raise Refused("task", _("You follow it already."))
    item.before = {"heard": action.by_id in item.task.notified}
    keeping.follow(item.task, is_wanted=True, by=action.by)


def _unfollow(action: MassAction, item: MassActionItem) -> None:
    if action.by_id not in (item.task.followers or []):
        raise _changed("task")
    keeping.follow(item.task, is_wanted=False, by=action.by, still_hears=item.before.get("heard", False))


def _trash(action: MassAction, item: MassActionItem) -> None:
    if item.task.trashed_at:
        raise Refused("task", _("It is in the trash already."))
    trash.trash(item.task, by=action.by)


def _restore(action: MassAction, item: MassActionItem) -> None:
    if not item.task.trashed_at:
        raise _changed("task")
    trash.restore(item.task, by=action.by)


def stays(value: str) -> int:
    """The number of the task into which others are merged."""
    number = value.partition(" ")[0]
    return int(number) if number.isdigit() and len(number) < 19 else 0


def _merge(action: MassAction, item: MassActionItem) -> None:
    into = Task.objects.filter(number=stays(action.value)).first()
    if into is None:
        raise Refused("number", _("There is no task with this number."))
    quietly = action.value.endswith(" quietly")
    item.before = {"merge": task_merging.merge(item.task, into=into, by=action.by, quietly=quietly).pk}


def _separate(action: MassAction, item: MassActionItem) -> None:
    done = TaskMerge.objects.filter(pk=item.before["merge"]).select_related("task", "into").first()
    if done is None:
        raise Refused("merge", _("These tasks are separate already."))
    task_merging.unmerge(done, by=action.by)


def _changed(field: str) -> Refused:
    return Refused(field, _("Somebody has changed it since."))


DEEDS: dict[str, Deed] = {
    Operation.STATUS: _set_status,
    Operation.COMPLETE: _set_status,
    Operation.ASSIGN: _add_member,
    Operation.PASS_ON: _pass_on,
    Operation.PARTICIPANT: _add_member,
    Operation.REMOVE: _remove,
    Operation.DUE: _set_due,
    Operation.PROJECT: _set_project,
    Operation.READ: _read,
    Operation.FOLLOW: _follow,
    Operation.TRASH: _trash,
    Operation.MERGE: _merge,
}
UNDOING: dict[str, Deed] = {
    Operation.STATUS: _reset_status,
    Operation.COMPLETE: _reset_status,
    Operation.ASSIGN: _drop_member,
    Operation.PASS_ON: _give_back,
    Operation.PARTICIPANT: _drop_member,
    Operation.REMOVE: _put_back,
    Operation.DUE: _reset_due,
    Operation.PROJECT: _reset_project,
    Operation.READ: _unread,
    Operation.FOLLOW: _unfollow,
    Operation.TRASH: _restore,
    Operation.MERGE: _separate,
}
