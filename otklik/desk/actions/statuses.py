"""Statuses of a set: added, changed, put in order and removed (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.actions.status_moving import status_change
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Comment, Employee, Status, StatusSet, Task, TaskTemplate
from otklik.desk.models.status import ALWAYS_SHARED, COLOURS, INDIVIDUAL, STANDARD
from otklik.lib.text import clean_name
from otklik.live.publish import publish

NAME_LIMIT = 60


def values_of(status: Status) -> dict[str, Any]:
    """What can be changed of a status."""
    values = {"name": status.name, "colour": status.colour, "is_active": status.is_active}
    return values if status.key in ALWAYS_SHARED else {**values, "is_individual": status.is_individual}


@transaction.atomic
def add(
    statuses: StatusSet, *, by: Employee, name: str, colour: str, is_active: bool, is_individual: bool = False
) -> Status:
    """A status of the account's own, last in its set. Raises NotAllowed, Refused."""
    rows = lock(statuses, by)
    _check_colour(colour)
    status = Status(set=statuses, own_name=_checked_name(name, rows), colour=colour, is_active=is_active)
    status.is_individual = is_individual
    return _append(status, rows, by)


@transaction.atomic
def put_back(statuses: StatusSet, key: str, *, by: Employee) -> Status:
    """A system status that was taken out of the set returns to it."""
    rows = lock(statuses, by)
    if key not in STANDARD or any(row.key == key for row in rows):
        raise Refused("key", _("Choose a system status that this set does not have."))
    colour, is_active = STANDARD[key]
    status = Status(set=statuses, key=key, colour=colour, is_active=is_active, is_individual=key in INDIVIDUAL)
    return _append(status, rows, by)


def _append(status: Status, rows: list[Status], by: Employee) -> Status:
    status.place = max((row.place for row in rows), default=-1) + 1
    status.save()
    record("status_added", by=by, set=status.set_id, status=status.pk, name=status.own_name, key=status.key)
    return status


@transaction.atomic
def change(status: Status, values: dict[str, Any], *, seen: dict[str, Any], by: Employee) -> None:
    """Name, colour, type and whether it is individual; with the type changes what the next message of a client does
    (S11). A system status keeps its name, and those that §6 has as shared stay so. `seen`: the values when they were
    shown. Raises NotAllowed, Outdated, Refused."""
    rows = lock(status.set, by)
    status = _of(rows, status)
    now = values_of(status)
    others = {name: value for name, value in now.items() if seen.get(name) != value}
    if others:
        raise Outdated(_("Somebody else changed this status meanwhile."), others)

    if not status.key:
        status.own_name = _checked_name(values["name"], [row for row in rows if row.pk != status.pk])
    _check_colour(values["colour"])
    status.colour, status.is_active = values["colour"], values["is_active"]
    if status.key not in ALWAYS_SHARED:
        status.is_individual = values.get("is_individual", status.is_individual)
    if status.key == "draft" and status.is_active:
        raise Refused("is_active", _("A draft is not given to anyone yet: it is never active."))
    _check_start(rows, "is_active")
    status.save()
    changes = {name: [now[name], value] for name, value in values_of(status).items() if value != now[name]}
    if changes:
        record("status_edited", by=by, set=status.set_id, status=status.pk, changes=changes)
        publish(["tasks"], "status_edited")


@transaction.atomic
def move(status: Status, *, by: Employee, up: bool) -> None:
    """One place up or down; at the end of the list it stays."""
    rows = lock(status.set, by)
    place = rows.index(_of(rows, status))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    first, second = rows[place], rows[other]
    # Two rows never have one place, not even for a moment.
    free = max(row.place for row in rows) + 1
    for row, where in ((first, free), (second, first.place), (first, second.place)):
        Status.objects.filter(pk=row.pk).update(place=where)
    record("status_moved", by=by, set=status.set_id, status=status.pk, place=other)


@transaction.atomic
def remove(status: Status, *, by: Employee, replacement: Status | None = None) -> int:
    """Takes the status out of its set; its tasks get the replacement, and their feeds tell it. Returns how many they
    were. Raises NotAllowed, Refused: when it has tasks and there is no replacement, or no active status would stay."""
    rows = lock(status.set, by)
    status = _of(rows, status)
    left = [row for row in rows if row.pk != status.pk]
    _check_start(left, "status")
    if replacement and (replacement.key == "draft" or replacement.pk not in {row.pk for row in left}):
        raise Refused("replacement", _("Choose another status of the same set."))
    moved = _move_tasks(status, replacement, by)
    # Nobody opens a task by these templates until the commit; those who just did are looked for once more.
    list(TaskTemplate.objects.filter(status_set=status.set_id).select_for_update().order_by("pk"))
    moved += _move_tasks(status, replacement, by)
    gone = status.pk
    status.delete()
    data = {"set": status.set_id, "status": gone, "name": status.own_name, "key": status.key, "tasks": moved}
    record_many([Happening("status_removed", actor_id=by.pk, data=data)])
    publish(["tasks"], "status_removed")
    return moved


def _move_tasks(status: Status, replacement: Status | None, by: Employee) -> int:
    tasks = list(Task.objects.filter(status=status).select_for_update(of=("self",)).order_by("pk"))
    if not tasks:
        return 0
    if status.key == "draft":
        raise Refused("status", _("There are drafts. Their authors give them to their people or delete them first."))
    if replacement is None:
        sentence = ngettext("%(count)s task has this status.", "%(count)s tasks have this status.", len(tasks))
        wanted = _("Choose the status that they get.")
        raise Refused("replacement", f"{sentence % {'count': len(tasks)}} {wanted}")
    change = status_change(status, replacement)
    lines = Comment.objects.bulk_create(
        [
            Comment(task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data=change)
            for task in tasks
        ]
    )
    completed_at = timezone.now() if replacement.is_completed else None
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(status=replacement, completed_at=completed_at)
    record_many(
        [
            Happening("status_changed", line.task_id, None, line.pk, by.pk, data=change, adds_comment=True)
            for line in lines
        ]
    )
    return len(tasks)


def lock(statuses: StatusSet, by: Employee) -> list[Status]:
    """The statuses of the set in their order; nobody else changes them until the commit."""
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change statuses."))
    StatusSet.objects.select_for_update().get(pk=statuses.pk)
    return list(Status.objects.filter(set=statuses).select_related("set").order_by("place"))


def _of(rows: list[Status], status: Status) -> Status:
    for row in rows:
        if row.pk == status.pk:
            return row
    raise Refused("status", _("This status is not there any more."))


def _checked_name(name: str, others: list[Status]) -> str:
    name = clean_name(name, NAME_LIMIT + 1)
    if not name:
        raise Refused("name", _("Give the status a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    if name.casefold() in {other.name.casefold() for other in others}:
        raise Refused("name", _("This set has a status with this name already."))
    return name


def _check_colour(colour: str) -> None:
    if colour not in COLOURS:
        raise Refused("colour", _("Choose one of the colours."))


def _check_start(rows: list[Status], field: str) -> None:
    if not any(row.is_active for row in rows):
        raise Refused(field, _("A set needs at least one active status: new tasks begin with it."))
