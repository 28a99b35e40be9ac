from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from .employee import Employee
from .event import UNCHECKED
from .scenario import Scenario
from .task import Task


class DryRun(models.Model):
    """What a scenario would have done in the past (field note 21). The row is the record of how far it is; a job moves
    it, and nothing else in the desk changes by it. A scenario has at most one, the latest."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    scenario = models.OneToOneField(Scenario, models.CASCADE, related_name="dry_run")
    by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    # The scenario as it was when this began: {event, conditions, logic, delay, restarts, still_holds, operations}.
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)
    since = models.DateTimeField()
    started_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    # The latest event when it began: what happens meanwhile does not count.
    last_event = models.BigIntegerField()
    # Tasks in the order of their ids: how many there are, how many are through, and the last of these.
    total = models.PositiveIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    # Looks at an event that it waits for; firings that would still wait; by condition, of how many looks the value of
    # that time is not kept: {"1": 12}.
    looks = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    unknown: models.JSONField[Any, Any] = models.JSONField(default=dict)


class DryRunFiring(models.Model):
    """That it would have been done at this event; not sure: it hangs from a value that is not kept."""

    run = models.ForeignKey(DryRun, models.CASCADE, related_name="firings")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+", **UNCHECKED)
    event = models.BigIntegerField()
    is_sure = models.BooleanField()
    # When the operations would have come.
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["run", "-at"], name="dry_run_firing")]
        constraints = [models.UniqueConstraint(fields=["run", "event"], name="dry_run_firing_once")]
