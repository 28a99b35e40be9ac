from __future__ import annotations

from django.db import models
from django.utils import timezone

from .employee import Employee
from .task import Task


class MassAction(models.Model):
    """The same operation on many tasks, each as if it were done by hand. It can be taken back."""

    class Operation(models.TextChoices):
        STATUS = "status"
        COMPLETE = "complete"
        ASSIGN = "assign"
        # From one assignee to another.
        PASS_ON = "pass_on"
        PARTICIPANT = "participant"
        # Out of every role in which he is.
        REMOVE = "remove"
        DUE = "due"
        PROJECT = "project"
        READ = "read"
        FOLLOW = "follow"
        TRASH = "trash"
        # All of them into one.
        MERGE = "merge"

    by = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    operation = models.CharField(max_length=12, choices=Operation)
    # Id of a status; id of a project or a day in ISO 8601, empty for none; or `employee-7`, `group-3`, of PASS_ON with
    # the employee's id before it: `5 employee-7`. Of MERGE the number of the task that stays; `12 quietly`: without
    # telling anybody.
    value = models.CharField(max_length=30, blank=True)
    # What the operation does, in words of when it was asked for: `Completed`, `Pavel`.
    name = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    # When all tasks had their turn; when somebody asked to take it back, and when that was through.
    done_at = models.DateTimeField(null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["by", "-made_at"], name="mass_action_latest")]

    @property
    def is_running(self) -> bool:
        return self.done_at is None or (self.undo_asked_at is not None and self.undone_at is None)


class MassActionItem(models.Model):
    """A task of a mass action, and what became of it."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        SKIPPED = "skipped"
        UNDONE = "undone"
        # It was done, and could not be taken back.
        KEPT = "kept"

    action = models.ForeignKey(MassAction, models.CASCADE, related_name="items")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    # What it was before: {status}, {members}; {merge}: id of the merge.
    before = models.JSONField(default=dict)
    # Why it was left as it was, in the language of the one who asked.
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["action", "task"], name="mass_action_item_once")]
