from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .employee import Employee
from .task import Task


class KeptScenarios(models.Manager["Scenario"]):
    """Without those that were deleted: these stay for their log."""

    def get_queryset(self) -> models.QuerySet[Scenario]:
        return super().get_queryset().filter(deleted_at=None)


class Scenario(models.Model):
    """Something that is done by itself: an event, conditions, a queue, operations (S17, §11)."""

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=500, blank=True)
    # Of the ones that the product brings along: so that each comes once, and never again when it was deleted.
    key = models.CharField(max_length=30, blank=True)
    # One of `scenarios.triggers.TRIGGERS`, and what that asks beside: {"field": …} or {"date": …, "offset": seconds}.
    event = models.CharField(max_length=20)
    event_options = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    # [{field, operator, values: [text]}], numbered from 1 by `logic`.
    conditions = models.JSONField(default=list, blank=True)
    logic = models.CharField(max_length=250, blank=True)
    # Seconds between the event and the operations; of working time alone, if that is wanted.
    delay = models.PositiveIntegerField(default=0)
    in_working_time = models.BooleanField(default=False, db_default=False)
    # Whose: the company's, or that in which at least one of the task's assignees works.
    of_assignees = models.BooleanField(default=False, db_default=False)
    # Whether a new firing begins the countdown anew, and whether the conditions must hold at its end.
    restarts = models.BooleanField(default=False)
    still_holds = models.BooleanField(default=True)
    # Whether others hear of what it does; an explicit recipient of a comment always does.
    is_quiet = models.BooleanField(default=False)
    # In whose name it acts: nothing for the robot, `actor`, `assigner` or `employee-7` (§11.3).
    in_name_of = models.CharField(max_length=20, blank=True, default="", db_default="")
    # [{kind, value, …}], in their order.
    operations = models.JSONField(default=list)
    # What stands behind the dots in them, sealed: {key: secret}.
    secrets = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    is_on = models.BooleanField(default=False)
    on_since = models.DateTimeField(null=True)
    # The brake (field note 21): more often within an hour, and far more than usual, or in a circle: it stops and asks.
    most_per_hour = models.PositiveIntegerField(default=300, db_default=300)
    held_at = models.DateTimeField(null=True)
    # {"why": "volume" or "loop", "count": …, "task": number, "with": [names], "after": the last event it looked at}
    held_why = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    # With which others it was found in a circle: {"with": [ids], "task": number, "at": …}; until it is changed.
    circle = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    # What was before an administrator let it go on does not count again.
    counted_from = models.DateTimeField(null=True)
    place = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    objects = KeptScenarios()
    everything = models.Manager["Scenario"]()

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class ScenarioEdition(models.Model):
    """What a scenario asked at a time, so that its log keeps its meaning when somebody changes it."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="editions")
    # [{field, operator, values, name, names}]: the question and its values in words, as they were called then.
    conditions = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)


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
        # The brake has stopped the scenario, and an administrator is asked.
        HELD = "held"
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
    # What was asked then, and what was found, by the same numbers: of a choice its values, a text, a number or a day.
    edition = models.ForeignKey(ScenarioEdition, models.SET_NULL, null=True, related_name="+", db_index=False)
    found = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # How many operations are through, and what each said.
    step = models.PositiveSmallIntegerField(default=0)
    said = models.JSONField(default=list)
    # What each of them did, in the same order: [{kind, value}], the value in words.
    deeds = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "event"], name="scenario_run_once")]
        indexes = [
            models.Index(fields=["task", "-at"], name="scenario_run_of_task"),
            models.Index(fields=["scenario", "-at"], name="scenario_run_of_scenario"),
            # What the brake counts.
            models.Index(
                fields=["scenario", "done_at"], name="scenario_run_over", condition=Q(state__in=["done", "failed"])
            ),
            models.Index(fields=["due_at"], name="scenario_run_due", condition=Q(state="waiting")),
            models.Index(fields=["event"], name="scenario_run_going", condition=Q(state="running")),
            models.Index(fields=["scenario"], name="scenario_run_held", condition=Q(state="held")),
        ]


class ScenarioDate(models.Model):
    """That a task's date was reached for a scenario: each value of it once, whatever the clock does."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="dates")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "task", "at"], name="scenario_date_once")]
        indexes = [models.Index(fields=["at"], name="scenario_date_at")]


class ScenarioProgress(models.Model):
    """Up to which event scenarios have looked: what happened before one was switched on is past."""

    event = models.BigIntegerField(default=0)
