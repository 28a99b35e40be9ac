from __future__ import annotations

from django.db import models
from django.utils import timezone

from .comment import Comment
from .employee import Employee
from .task import Task


class Pin(models.Model):
    """A comment that stands above the feed, too, for all who see the task (§8.2)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="pins")
    comment = models.OneToOneField(Comment, models.CASCADE, related_name="pin")
    by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["comment__number"]
