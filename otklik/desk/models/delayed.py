from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from otklik.lib.notes import told

from .comment import Comment
from .employee import Employee
from .target import ReplyTarget
from .task import Task


class DelayedComment(models.Model):
    """A reply or a note that is to be written later (§8.2, «Отправить позже»). Once it is written the row is gone: the
    comment has all of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        # The client wrote first.
        STOPPED = "stopped"
        FAILED = "failed"

    task = models.ForeignKey(Task, models.CASCADE, related_name="delayed")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="delayed")
    kind = models.CharField(
        max_length=5, choices=[(one.value, one.label) for one in (Comment.Kind.REPLY, Comment.Kind.NOTE)]
    )
    text = models.TextField(blank=True)
    target = models.ForeignKey(ReplyTarget, models.SET_NULL, null=True, related_name="+")
    # Whom its author has chosen to notify, as `recipients.offered` names them. None: whoever would be chosen for him.
    who = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()
    # Whether it is given up when the client writes before; `after`: the id of the task's last comment when that began.
    yields = models.BooleanField(default=False)
    after = models.BigIntegerField(default=0)
    # The composer's key: a text that is sent twice waits once.
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["employee", "key"], name="delayed_once")]
        indexes = [models.Index(fields=["at"], name="delayed_due", condition=Q(state="waiting"))]

    @property
    def is_hidden(self) -> bool:
        return "hidden" in (self.who or [])

    @property
    def reason(self) -> str:
        """Why it was not written, in the reader's language."""
        return told(self.note)
