from __future__ import annotations

from django.db import models
from django.utils import timezone

from .employee import Employee
from .task import Task


class TaskMerge(models.Model):
    """That a task was merged into another one, and everything that has to go back when it is undone (§13)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Task, models.CASCADE, related_name="merges_into")
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # What goes back: {comments: [[id, number]]; targets, closed, items, parts, reminders, notices: ids;
    # members: [[role, employee, group]]; roles: [[role, contact]]; notified: ids; last: the newest comment's id;
    # contact, source: ids of the merged task; took: names of what the other took over; own: [[id, number]] of the
    # other's lines, own_count its counter; description: id of the line; due, values, additional, project, favourites,
    # hearing: what filled the other's empty fields}
    moved = models.JSONField(default=dict)
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], name="task_merge_once", condition=models.Q(undone_at__isnull=True)
            ),
        ]
