from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from otklik.lib.tokens import random_token

from .conversation import Conversation
from .site import Site


def new_hook_secret() -> str:
    return random_token(32)


def standard_events() -> list[str]:
    return ["chatStarted", "chatFragment", "chatTranscript", "visitorLeft", "visitorReturned", "messageRead"]


def light_events() -> list[str]:
    """Only for hooks that ask for them by name, and not in the feed of events: that a visitor is writing, which is sent
    at once or never, and how far the mail with an answer has come."""
    return ["visitorTyping", "messageMail"]


class Hook(models.Model):
    """An address that wants to know what happens in the chats of a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="hooks")
    address = models.URLField(max_length=500)
    events = ArrayField(models.CharField(max_length=30), default=standard_events)
    secret = models.CharField(max_length=64, default=new_hook_secret)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    @property
    def host(self) -> str:
        """Who is told, without the secret part of the address."""
        return urlsplit(self.address).netloc


class HookDelivery(models.Model):
    """A webhook on its way out: the row is the record, a job only moves it. In order per hook and conversation."""

    class State(models.TextChoices):
        DUE = "due"
        SENT = "sent"
        FAILED = "failed"

    # The same on every retry: `X-Chatra-Delivery`.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    event = models.CharField(max_length=30)
    body = models.BinaryField()
    state = models.CharField(max_length=6, choices=State, default=State.DUE)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    # Whoever sends holds the row until then; a killed sender's claim simply runs out.
    claimed_until = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The sender asks for the oldest of a conversation; sent rows must not slow it down.
            models.Index(fields=["hook", "conversation", "id"], name="hook_line", condition=models.Q(state="due")),
            models.Index(fields=["due_at"], name="hook_due", condition=models.Q(state="due")),
        ]
