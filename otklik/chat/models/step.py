from __future__ import annotations

from django.db import models
from django.utils import timezone

from .agent import Agent
from .conversation import Conversation


class Step(models.Model):
    """What happened to a conversation beside what was said: who took it, to whom it was given, that it was closed."""

    class Kind(models.TextChoices):
        TAKEN = "taken"
        GIVEN = "given"
        FREED = "freed"
        CLOSED = "closed"
        BLOCKED = "blocked"
        UNBLOCKED = "unblocked"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="steps")
    # From the conversation's counter, as messages have it.
    number = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    # Empty when the clock did it.
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    agent_name = models.CharField(max_length=200, blank=True)
    # To whom, for GIVEN.
    given_to = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="step_number_once")]
