from __future__ import annotations

from django.db import models
from django.utils import timezone

from .identity import Identity
from .task import Task


class ReplyTarget(models.Model):
    """A way on which a reply from this task reaches its client: one conversation of one device. The desk does not know
    what lies behind it; whoever carries replies does."""

    # It stays when its task is gone for good: the next message learns from it why a new task is made (S11).
    task = models.ForeignKey(Task, models.DO_NOTHING, related_name="targets", db_constraint=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="targets", db_constraint=False)
    # The conversation as its source names it; it moves to the newest task of the conversation.
    remote_id = models.CharField(max_length=200)
    source = models.ForeignKey("desk.Source", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # I4: one conversation has one current task.
            models.UniqueConstraint(
                fields=["source", "remote_id"], name="target_once_current", condition=models.Q(is_open=True)
            ),
        ]
