from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .employee import Employee
from .task import Task


class Scenario(models.Model):
    """Something that is done by itself: an event, conditions, a queue, operations (S17, §11)."""

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=500, blank=True)
    # Of the ones that the product brings along: so that each comes once, and never again when it was deleted.
    key = models.CharField(max_length=30, blank=True)
    # One of `scenarios.triggers.TRIGGERS`.
    event = models.CharField(max_length=20)
    # [{field, operator, values: [text]}], numbered from 1 by `logic`.
    conditions = models.JSONField(default=list, blank=True)
    logic = models.CharField(max_length=250, blank=True)
    # Seconds between the event and the operations.
    delay = models.PositiveIntegerField(default=0)
    # Whether a new firing begins the countdown anew, and whether the conditions must hold at its end.
    restarts = models.BooleanField(default=False)
    still_holds = models.BooleanField(default=True)
    # Whether others hear of what it does; an explicit recipient of a comment always does.
    is_quiet = models.BooleanField(default=False)
    # [{kind, value}], in their order.
    operations = models.JSONField(default=list)
    is_on = models.BooleanField(default=False)
    place = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class ScenarioRun(models.Model):
    """That a scenario looked at an event of a task: each condition, and what became of it (field note 21)."""

    class State(models.TextChoices):
        NOT_MET = "not_met"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        # The conditions held no more when the time came, somebody cancelled it, or a newer firing took its place.
        LAPSED = "lapsed"
        CANCELLED = "cancelled"
        RESTARTED = "restarted"
        # The conditions held already before the change.
        STEADY = "steady"
        # The event follows from this very scenario.
        OWN = "own"

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="runs")
    task = models.ForeignKey(Task, models.CASCADE, related_name="scenario_runs")
    event = models.BigIntegerField()
    # Who made the change; None: a client or the system.
    actor = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State)
    # Whether each condition held, by its number: {"1": true}.
    results = models.JSONField(default=dict)
    # How many operations are through, and what each said.
    step = models.PositiveSmallIntegerField(default=0)
    said = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "event"], name="scenario_run_once")]
        indexes = [
            models.Index(fields=["task", "-at"], name="scenario_run_of_task"),
            models.Index(fields=["scenario", "-at"], name="scenario_run_of_scenario"),
            models.Index(fields=["due_at"], name="scenario_run_due", condition=Q(state="waiting")),
            models.Index(fields=["event"], name="scenario_run_going", condition=Q(state="running")),
        ]


class ScenarioProgress(models.Model):
    """Up to which event scenarios have looked: what happened before one was switched on is past."""

    event = models.BigIntegerField(default=0)
