from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from otklik.people.hours import zone_of

from .employee import Employee
from .event import UNCHECKED, Event
from .task import Task

# What each person hears of and how, until he chooses for himself.
STANDARD: dict[str, list[str]] = {
    "client": ["chronicle", "browser", "sound", "push", "email"],
    "new_task": ["chronicle", "browser", "sound", "push", "email"],
    "waiting": ["browser", "sound", "push", "email"],
    "assigned": ["chronicle", "browser", "push", "email"],
    "mentioned": ["chronicle", "browser", "sound", "push", "email"],
    "reminder": ["chronicle", "browser", "sound", "push", "email"],
    "colleague": ["chronicle", "browser"],
    "status": ["chronicle"],
    "rejected": ["chronicle", "browser", "push", "email"],
    "alarm": ["chronicle", "browser", "push", "email"],
}


def standard() -> dict[str, list[str]]:
    return {kind: list(channels) for kind, channels in STANDARD.items()}


EVERY_DAY = list(range(7))


def every_day() -> list[int]:
    return list(EVERY_DAY)


class NotificationSettings(models.Model):
    """What an employee hears of, on which way and when (§9). Without a row: as a new one."""

    employee = models.OneToOneField(Employee, models.CASCADE, related_name="notification_settings")
    # {"client": ["chronicle", "browser", …], …}
    wanted = models.JSONField(default=standard)
    # By the person's own clock; both or none. An end before the beginning is on the next day.
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    # On which days they begin; 0: Monday.
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=every_day, db_default=EVERY_DAY)
    quiet_until = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64, default="Europe/Moscow")
    # After how many minutes without an answer a client counts as waiting.
    waits_minutes = models.PositiveSmallIntegerField(default=10)
    # For how many minutes a letter waits: whatever was read or answered by then needs none.
    mail_minutes = models.PositiveSmallIntegerField(default=10)

    # Whether the composer asks before a note that notifies nobody (§8.1).
    warns_alone = models.BooleanField(default=True, db_default=True)

    def wants(self, kind: str, channel: str) -> bool:
        return channel in self.wanted.get(kind, [])

    def is_quiet(self, at: datetime) -> bool:
        if self.quiet_until and at < self.quiet_until:
            return True
        if self.quiet_from is None or self.quiet_to is None:
            return False
        there = at.astimezone(zone_of(self.zone) or ZoneInfo("UTC"))
        clock, today = there.time(), there.weekday()
        if self.quiet_from <= self.quiet_to:
            return today in self.quiet_days and self.quiet_from <= clock < self.quiet_to
        if clock < self.quiet_to:
            return (today - 1) % 7 in self.quiet_days
        return today in self.quiet_days and clock >= self.quiet_from


class TaskHearing(models.Model):
    """That an employee hears of one task otherwise than his settings say (§9, «Уведомления» of a task)."""

    class Mode(models.TextChoices):
        # Everything that happens, on every way.
        ALL = "all"
        # Only what is meant for him: that he is added or called by name, and his own reminders.
        NONE = "none"

    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "task"], name="task_hearing_once")]


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self, channel: str) -> NotificationQuerySet:
        return self.filter(state=Notification.State.DUE, channel=channel, due_at__lte=timezone.now())


class Notification(models.Model):
    """One way on which an employee was to hear of an event, and what became of it: "why did I (not) get this?"."""

    class State(models.TextChoices):
        DUE = "due"
        SENT = "sent"
        DROPPED = "dropped"
        FAILED = "failed"

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="notifications", db_index=False)
    # None: a trial that the person asked for.
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="+", **UNCHECKED)
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="+", **UNCHECKED)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    # Why it was not sent, as a key of `notification_words.WHY`.
    why = models.CharField(max_length=20, blank=True, default="", db_default="")
    # What a server or a browser said.
    words = models.CharField(max_length=500, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "event", "kind", "channel"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notification_due", condition=models.Q(state="due")),
            # Who asks why, and what is old enough to go.
            models.Index(fields=["employee", "made_at"], name="notification_of_employee"),
            models.Index(fields=["made_at"], name="notification_made"),
            # Whether it was told already that this client waits.
            models.Index(fields=["task", "employee"], name="notification_waits", condition=models.Q(kind="waiting")),
        ]

    def finish(self, state: str, why: str = "", words: str = "") -> None:
        self.state, self.why, self.words, self.done_at = state, why, words[:500], timezone.now()
        self.save(update_fields=["state", "why", "words", "done_at", "attempts"])


class NotificationProgress(models.Model):
    """One row: the last notice whose notifications are made."""

    notice = models.BigIntegerField(default=0)
