from __future__ import annotations

from django.db import models

from .own_field import OwnField
from .task import Task
from .template import TaskTemplate


class TaskField(OwnField):
    """A field of tasks."""

    # None: tasks of all templates have it.
    template = models.ForeignKey(TaskTemplate, models.CASCADE, null=True, blank=True, related_name="fields")


class TaskValue(models.Model):
    """Text, a number as text, a day in ISO 8601, a choice, a list of choices, or the id of an employee or contact."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="values_of_fields")
    field = models.ForeignKey(TaskField, models.CASCADE, related_name="values")
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "field"], name="task_value_once")]
