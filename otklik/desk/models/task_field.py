from __future__ import annotations

from django.db import models

from .task import Task
from .template import TaskTemplate


class TaskField(models.Model):
    """What an account keeps of its tasks beside what all have. `kind` is one of `task_fields.KINDS`."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    # Of a field in which one chooses.
    choices = models.JSONField(default=list, blank=True)
    # None: tasks of all templates have it.
    template = models.ForeignKey(TaskTemplate, models.CASCADE, null=True, blank=True, related_name="fields")
    place = models.PositiveIntegerField(default=0)
    # Offered no more; what tasks have of it stays.
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class TaskValue(models.Model):
    """Text, a number as text, a day in ISO 8601, a choice, a list of choices, or the id of an employee or contact."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="values_of_fields")
    field = models.ForeignKey(TaskField, models.CASCADE, related_name="values")
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "field"], name="task_value_once")]
