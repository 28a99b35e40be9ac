"""What a template brings along with its tasks (contracts/planfix-behaviour.md §12). Tables of their own: templates are
read where chats become tasks, and most bring nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from .task import Task
from .task_field import TaskField
from .template import TaskTemplate


class TemplatePart(models.Model):
    """That each task of a template gets a subtask by another one. Templates never stand in each other in a circle."""

    template = models.ForeignKey(TaskTemplate, models.CASCADE, related_name="parts")
    part = models.ForeignKey(TaskTemplate, models.PROTECT, related_name="wholes")
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "part"], name="template_part_once"),
            models.CheckConstraint(condition=~Q(template=F("part")), name="template_part_of_another"),
        ]

    def __str__(self) -> str:
        return _("the template “%(name)s”, for its subtasks") % {"name": self.template.name}


class TemplateValue(models.Model):
    """With which value an own field of the template's tasks begins."""

    template = models.ForeignKey(TaskTemplate, models.CASCADE, related_name="first_values")
    field = models.ForeignKey(TaskField, models.CASCADE, related_name="+")
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "field"], name="template_value_once")]


class Unfolding(models.Model):
    """A new task of a chat whose subtasks are still to be made. The row is the record; a job makes them."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="+")
    template = models.ForeignKey(TaskTemplate, models.CASCADE, related_name="+")
