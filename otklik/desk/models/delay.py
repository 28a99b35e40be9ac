from __future__ import annotations

from django.db import models

from .status import Status
from .task import Task


class Delay(models.Model):
    """Until when a delayed task sleeps (§6). A row of its own: the rows of tasks are written with every message."""

    task = models.OneToOneField(Task, models.CASCADE, related_name="delay")
    until = models.DateTimeField(db_index=True)
    # What it gets then. None: that one was removed from the set meanwhile.
    back = models.ForeignKey(Status, models.SET_NULL, null=True, related_name="+")
