from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from otklik.lib.notes import told
from otklik.lib.tokens import random_token

from .comment import Comment
from .delayed import DelayedComment
from .employee import Employee
from .task import Task


def new_file_key() -> str:
    return random_token(24)


class File(models.Model):
    """A file of a comment or of a quick reply, or one that an employee has uploaded for a comment to come. What a
    channel brings is known by its address first and fetched by a job."""

    class State(models.TextChoices):
        STORED = "stored"
        DUE = "due"
        FAILED = "failed"

    key = models.CharField(max_length=40, unique=True, default=new_file_key)
    # Whoever deletes these leaves the file behind without an owner: the sweep finds it and empties its place on disk.
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="files")
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, related_name="files")
    # Of a comment that is to be written later.
    delayed = models.ForeignKey(DelayedComment, models.SET_NULL, null=True, related_name="files")
    # Of a prepared answer: it is copied into each comment for which the answer is chosen.
    quick_reply = models.ForeignKey("desk.QuickReply", models.SET_NULL, null=True, related_name="files", db_index=False)
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200)
    # As found in its content; before it is here, as the channel says.
    type = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Names in the storage.
    stored = models.CharField(max_length=200, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=6, choices=State, default=State.STORED)
    # Where a channel has it, and how fetching it went.
    url = models.CharField(max_length=2000, blank=True)
    note = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["comment", "place", "id"]
        indexes = [
            # Few rows: what is still to be fetched, and what belongs to nothing (yet).
            models.Index(fields=["due_at"], name="file_due", condition=Q(state="due")),
            models.Index(fields=["created_at"], name="file_ownerless", condition=Q(comment__isnull=True)),
            models.Index(fields=["quick_reply"], name="file_of_quick_reply", condition=Q(quick_reply__isnull=False)),
        ]

    @property
    def is_picture(self) -> bool:
        """Read to its end as a picture: a browser may show it."""
        return bool(self.preview)

    @property
    def reason(self) -> str:
        """Why it is not here, in the reader's language."""
        return told(self.note)

    def facts(self) -> dict[str, Any]:
        """What a comment and its delivery remember of it."""
        return {"key": self.key, "name": self.name, "size": self.size, "type": self.type}
