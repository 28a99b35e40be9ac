"""What is planned in a task. Tables of their own: the rows of tasks are written with every message."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .employee import Employee
from .task import Task


class Due(models.Model):
    """Until when a task is to be done: a day, or a moment of it."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="due")
    # The whole day, in the zone of whoever looks; with `at` the day in the zone of who chose it.
    day = models.DateField(db_index=True)
    at = models.DateTimeField(null=True)
    # When its assignees heard that it is near, and that it has passed; another date begins anew.
    near_told_at = models.DateTimeField(null=True)
    over_told_at = models.DateTimeField(null=True)

    def is_over(self, now: datetime) -> bool:
        """Whether the time has passed in the reader's zone."""
        return self.at < now if self.at else self.day < timezone.localdate(now)

    @property
    def facts(self) -> dict[str, Any]:
        return due_facts(self.day, self.at)


def due_facts(day: date, at: datetime | None) -> dict[str, Any]:
    """As events keep it: {day, at}, ISO 8601; `at` is None for a whole day."""
    return {"day": day.isoformat(), "at": at.isoformat() if at else None}


class Reminder(models.Model):
    """That an employee wants to hear of a task at a time."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="reminders")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="reminders")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    fired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="reminder_due", condition=Q(fired_at__isnull=True))]


class ChecklistItem(models.Model):
    task = models.ForeignKey(Task, models.CASCADE, related_name="checklist")
    text = models.CharField(max_length=500)
    place = models.PositiveIntegerField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    # Who is to do it; empty: whoever does the task.
    assignee = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["place", "pk"]


class Subtask(models.Model):
    """That a task is a part of another one."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="part_of")
    parent = models.ForeignKey(Task, models.CASCADE, related_name="parts")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(task=F("parent")), name="subtask_of_another")]


class Favourite(models.Model):
    """A task that an employee keeps at hand; nobody else knows."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="favourites")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="favourites")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "task"], name="favourite_once")]
