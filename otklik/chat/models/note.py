from __future__ import annotations

from django.db import models
from django.utils import timezone

from .agent import Agent
from .conversation import Conversation


class Note(models.Model):
    """What agents tell each other about a conversation. Nothing that speaks to visitors or receivers reads this table,
    so a note cannot reach a visitor (I6)."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    # From the conversation's counter, as messages have it: notes stand between them.
    number = models.BigIntegerField()
    text = models.TextField()
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    agent_name = models.CharField(max_length=200)
    # By which a note that is sent twice, because its answer was lost, is known.
    key = models.CharField(max_length=64, null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="note_number_once"),
            models.UniqueConstraint(fields=["conversation", "key"], name="note_key_once"),
        ]
