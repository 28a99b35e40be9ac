"""Tasks that are parts of others (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.locking import to_plan
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Subtask, Task

# Levels, the topmost task included.
DEPTH = 5
MOST = 100
# Two moves at once could close a circle that neither of them sees.
LOCK = 0x5B7A5C


@transaction.atomic
def attach(task: Task, *, parent: Task, by: Employee) -> None:
    """Makes the task a part of the other one; one that was part of another leaves that. Raises NotAllowed, Refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows = _locked({task.pk, parent.pk})
    task, parent = rows[task.pk], rows[parent.pk]
    to_plan(parent, by)
    if not rights.may_plan(task, by):
        raise NotAllowed(_("You may not change what is planned in this task."))
    # The feed of the one names the other, for all who see it.
    if "draft" in (task.status.key, parent.status.key):
        raise Refused("number", _("A draft is part of no other task. Give it to its people first."))
    link = Subtask.objects.filter(task=task).select_related("parent").first()
    if link and link.parent_id == parent.pk:
        return
    _check_place(task, parent)
    happenings = []
    if link:
        old = _locked({link.parent_id})[link.parent_id]
        happenings.append(_told("subtask_removed", old, task, by))
        link.delete()
    Subtask.objects.create(task=task, parent=parent)
    record_many([*happenings, _told("subtask_added", parent, task, by), _told("parent_changed", task, parent, by)])


@transaction.atomic
def detach(task: Task, *, by: Employee) -> None:
    """The task stands by itself again; one that does already stays. Raises NotAllowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    link = Subtask.objects.filter(task=task).first()
    if link is None:
        return
    rows = _locked({link.task_id, link.parent_id})
    if not any(rights.may_plan(row, by) for row in rows.values()):
        raise NotAllowed(_("You may not change what is planned in this task."))
    task, parent = rows[link.task_id], rows[link.parent_id]
    link.delete()
    record_many([_told("subtask_removed", parent, task, by), _told("parent_changed", task, None, by)])


def _locked(ids: set[int]) -> dict[int, Task]:
    rows = {row.pk: row for row in Task.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))}
    if len(rows) < len(ids):
        raise Refused("number", _("This task is not there any more."))
    return rows


def _check_place(task: Task, parent: Task) -> None:
    above = ancestors(parent)
    if task.pk == parent.pk or task.pk in above:
        raise Refused("number", _("A task cannot be a part of itself."))
    if 1 + len(above) + _height(task) > DEPTH:
        raise Refused("number", _("Tasks may stand in each other %(limit)s levels deep.") % {"limit": DEPTH})
    if Subtask.objects.filter(parent=parent).count() >= MOST:
        raise Refused("number", _("A task has at most %(limit)s subtasks.") % {"limit": MOST})


def ancestors(task: Task) -> list[int]:
    """Ids of the tasks above, the nearest first."""
    above: list[int] = []
    pk = task.pk
    while link := Subtask.objects.filter(task=pk).values_list("parent", flat=True).first():
        above.append(pk := link)
    return above


def _height(task: Task) -> int:
    """Levels of the task and all below it."""
    level, height = [task.pk], 0
    while level:
        level, height = list(Subtask.objects.filter(parent__in=level).values_list("task", flat=True)), height + 1
    return height


def _told(kind: str, task: Task, other: Task | None, by: Employee) -> Happening:
    """A line in the feed of the one names the other."""
    named = {"number": other.number, "name": other.name} if other else {"number": None, "name": ""}
    return line(kind, task, by, named)
