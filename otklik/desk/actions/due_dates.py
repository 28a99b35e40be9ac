"""Until when a task is to be done (contracts/planfix-behaviour.md §7: a participant cannot move it)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record_many
from otklik.desk.actions.locking import to_plan
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import Outdated, Refused
from otklik.desk.models import Due, Employee, Task
from otklik.desk.models.planning import due_facts

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
# {day, at} as `planning.due_facts` makes them; None: there is no due date.
Facts = dict[str, Any] | None


def facts_of(task: Task) -> Facts:
    due = Due.objects.filter(task=task).first()
    return due.facts if due else None


@transaction.atomic
def change(task: Task, day: date | None, at: time | None = None, *, seen: Facts, by: Employee) -> Task:
    """`at` is a time of the day in the present zone; without it the whole day counts, without a day there is no due
    date. `seen`: what it was when it was shown. Raises NotAllowed, Outdated, Refused."""
    task = to_plan(task, by)
    now, moment = facts_of(task), _moment(day, at)
    wanted = due_facts(day, moment) if day else None
    if wanted == now:
        return task
    if now != seen:
        raise Outdated(_("Somebody else changed the due date meanwhile."), {"due": now})

    if day:
        _write(task, day, moment)
    else:
        Due.objects.filter(task=task).delete()
    data = {"from": now, "to": wanted}
    record_many([line("due_changed", task, by, data, notified=task.notified, reason="due")])
    return task


@transaction.atomic
def give(task: Task, day: date | None, at: time | None = None) -> None:
    """To a task that was made this moment: nobody has to hear of the date beside the task. Raises Refused."""
    moment = _moment(day, at)
    if day:
        _write(task, day, moment)


def _write(task: Task, day: date, moment: datetime | None) -> None:
    anew = {"day": day, "at": moment, "near_told_at": None, "over_told_at": None}
    Due.objects.update_or_create(task=task, defaults=anew)


def _moment(day: date | None, at: time | None) -> datetime | None:
    if day and not EARLIEST <= day < LATEST:
        raise Refused("day", _("Choose a day of this century."))
    if at and not day:
        raise Refused("day", _("Choose the day, too."))
    return timezone.make_aware(datetime.combine(day, at)) if day and at else None
