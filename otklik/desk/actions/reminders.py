"""An employee asks to hear of a task at a time. The row is the record: it outlives every restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Reminder, Task
from otklik.lib.text import clean_name

NOTE_LIMIT = 200
# That wait for one person in one task.
MOST = 20
FURTHEST = timedelta(days=5 * 366)
# Fired in one transaction.
BATCH = 200


@transaction.atomic
def add(task: Task, at: datetime, *, by: Employee, note: str = "") -> Reminder:
    """Raises NotAllowed, Refused."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not rights.may_view(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    now = timezone.now()
    if not now < at < now + FURTHEST:
        raise Refused("at", _("Choose a time in the future, within five years."))
    if Reminder.objects.filter(task=task, employee=by, fired_at=None).count() >= MOST:
        raise Refused("at", _("At most %(limit)s reminders wait in one task.") % {"limit": MOST})
    reminder = Reminder.objects.create(task=task, employee=by, at=at, note=clean_name(note, NOTE_LIMIT))
    record("reminder_added", task=task, by=by, at=at.isoformat(), note=reminder.note)
    return reminder


@transaction.atomic
def cancel(reminder: Reminder, *, by: Employee) -> None:
    """One that has fired meanwhile, or is cancelled already, stays as it is. Raises NotAllowed."""
    if reminder.employee_id != by.pk:
        raise NotAllowed(_("This reminder belongs to somebody else."))
    gone, _rows = Reminder.objects.filter(pk=reminder.pk, fired_at=None).delete()
    if gone:
        record("reminder_cancelled", task=reminder.task, by=by, at=reminder.at.isoformat(), note=reminder.note)


def fire_due() -> int:
    """Those whose time has come become notices in the chronicle; returns how many. Nobody hears of a task that he may
    not see any more, nor of one in the trash."""
    fired = 0
    while batch := _fire_some():
        fired += batch
    return fired


@transaction.atomic
def _fire_some() -> int:
    due = Reminder.objects.filter(at__lte=timezone.now(), fired_at=None).order_by("at", "pk")
    rows = list(due.select_for_update(of=("self",), skip_locked=True).select_related("task", "employee")[:BATCH])
    heard = [row for row in rows if row.task.trashed_at is None and rights.may_view(row.task, row.employee)]
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(fired_at=timezone.now())
    record_many(
        [
            Happening(
                "reminder", task_id=row.task_id, data={"event": "reminder", "note": row.note, "at": row.at.isoformat()},
                notified=[row.employee_id], reason="reminder",
            )
            for row in heard
        ]
    )  # fmt: skip
    return len(rows)
