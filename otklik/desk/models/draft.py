from __future__ import annotations

from django.db import models
from django.utils import timezone

from .employee import Employee
from .task import Task


class Draft(models.Model):
    """What somebody has begun to write in a task. Only he sees it (§8.2); replies and notes have one each, because what
    was meant for colleagues must not slip into a reply."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        NOTE = "note"

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="drafts")
    task = models.ForeignKey(Task, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=Kind)
    text = models.TextField()
    # Whom its author has chosen to notify, as `recipients.offered` names them. None: he has not touched the choice.
    who = models.JSONField(null=True, blank=True)
    # The key of the composer's text: once a comment was made with it, the draft is over.
    key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)

    @property
    def choice(self) -> str:
        """As the composer's script keeps it; empty: none."""
        return "" if self.who is None else "=" + " ".join(self.who)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "task", "kind"], name="draft_once")]
