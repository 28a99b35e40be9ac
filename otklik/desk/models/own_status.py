from __future__ import annotations

from django.db import models
from django.utils import timezone

from .employee import Employee
from .status import Status
from .task import Task


class OwnStatus(models.Model):
    """What one of several assignees has answered for himself, while the whole task is still in another status (§6). In
    progress stands for "accepted". Of a group among the assignees any of its people answers."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="own_statuses")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    status = models.ForeignKey(Status, models.CASCADE, related_name="+")
    # Why he refused it.
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "employee"], name="own_status_once")]
