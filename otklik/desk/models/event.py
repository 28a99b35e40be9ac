from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from .comment import Comment
from .contact import Contact
from .employee import Employee
from .task import Task

# Events and notices are written in one transaction with the rows that they name, under those rows' locks. To let the
# database check each reference again, and to keep an index for each, would cost the webhook door half of its speed.
UNCHECKED: dict[str, Any] = {"db_constraint": False, "db_index": False}


class Event(models.Model):
    """Something that happened. Written only by `desk.actions.events`; numbers have no holes and follow the commits,
    so `all after N` is a whole answer (I8)."""

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="events", **UNCHECKED)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="events", **UNCHECKED)
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+", **UNCHECKED)
    # None: a client, a channel or the system.
    actor = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", **UNCHECKED)
    # The event that led to this one; a scenario never answers its own consequences.
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", **UNCHECKED)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["task", "number"], name="event_of_task"),
            models.Index(fields=["contact", "number"], name="event_of_card", condition=models.Q(task__isnull=True)),
        ]


class Notice(models.Model):
    """That an employee is to hear of an event, and why. The chronicle shows the unread ones, collapsed by task."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="notices", **UNCHECKED)
    task = models.ForeignKey(Task, models.CASCADE, related_name="notices", **UNCHECKED)
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices", **UNCHECKED)
    reason = models.CharField(max_length=20)
    read_at = models.DateTimeField(null=True)
    # Until then it keeps quiet: whoever put it off hears of it again (§9).
    later_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "event"], name="notice_once")]
        indexes = [
            # The chronicle: what this person has not read yet.
            models.Index(
                fields=["employee", "task", "event"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
            # Its entries, the latest first.
            models.Index(fields=["employee", "event"], name="notice_latest", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["later_at"], name="notice_later", condition=models.Q(later_at__isnull=False)),
        ]
