from __future__ import annotations

from django.db import models
from django.utils import timezone

from otklik.lib.tokens import random_token

from .agent import Agent, AgentGroup
from .site import Site
from .visitor import Visitor


def new_conversation_id() -> str:
    return random_token(12)


class Conversation(models.Model):
    """All that a visitor and the agents say to each other. Its public id stays for the visitor's life; `is_open`
    turns false with the transcript and true again with the next message, which is a new enquiry."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="conversations")
    visitor = models.OneToOneField(Visitor, models.CASCADE, related_name="conversation")
    public_id = models.CharField(max_length=64, unique=True, default=new_conversation_id)
    # The conversation's counter: grows with every change, read and written under the row's lock.
    version = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=False)
    # Messages of the present enquiry begin here; the transcript and `chatStarted` speak of them.
    opened_at = models.DateTimeField(null=True)
    started_page = models.JSONField(default=dict, blank=True)
    last_message_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    read_number = models.BigIntegerField(default=0)
    # Whoever answers first has the chat; before that it may be given to an agent or to a group.
    assigned_to = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    group = models.ForeignKey(AgentGroup, models.SET_NULL, null=True, blank=True, related_name="+")
    # When an agent answered last.
    answered_at = models.DateTimeField(null=True)
    # Since when the visitor waits for an answer.
    waiting_since = models.DateTimeField(null=True)
    # Up to which message the agents have read.
    seen_number = models.BigIntegerField(default=0, db_default=0)
    # Nothing that the visitor sends is stored from then on. Here, because whoever writes locks this row.
    blocked_at = models.DateTimeField(null=True)
    blocked_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # The clock asks every few seconds which open chats were left or are over.
            models.Index(fields=["last_message_at"], name="conversation_open", condition=models.Q(is_open=True)),
            # The console lists the latest of a site, and looks for news every second.
            models.Index(fields=["site", "last_message_at"], name="conversation_latest"),
        ]
