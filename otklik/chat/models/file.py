from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from otklik.lib.tokens import random_token

from .agent import Agent
from .conversation import Conversation
from .message import Message


def new_file_key() -> str:
    return random_token(24)


class File(models.Model):
    """A file of a message, or one that a visitor has uploaded for a message to come."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="files")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="stored_files")
    # Who uploaded it in the console, for an answer to come.
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    # By which its addresses name it.
    key = models.CharField(max_length=40, unique=True, default=new_file_key)
    # The browser's own uuid for a visitor's file, so that a repeated upload is the same one.
    public_id = models.CharField(max_length=64, default=new_file_key)
    name = models.CharField(max_length=200)
    # As found in its content.
    type = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # Names in the storage.
    stored = models.CharField(max_length=200)
    preview = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "public_id"], name="chat_file_once")]
        indexes = [models.Index(fields=["created_at"], name="chat_file_ownerless", condition=Q(message__isnull=True))]

    @property
    def is_picture(self) -> bool:
        """Read to its end as a picture: a browser may show it."""
        return bool(self.preview)

    def facts(self) -> dict[str, Any]:
        """What its message remembers of it."""
        return {
            "key": self.key,
            "id": self.public_id,
            "name": self.name,
            "size": self.size,
            "type": self.type,
            "width": self.width,
            "height": self.height,
        }
