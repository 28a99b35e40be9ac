from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from .conversation import Conversation
from .site import Site


class EventCounter(models.Model):
    """The number of a site's latest event, read and written under the row's lock: whoever reads N+1 has all up to N."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="+", primary_key=True)
    last = models.BigIntegerField(default=0)


class ChatEvent(models.Model):
    """What webhooks tell, kept for those who ask: an addition of ours to the API (`GET /events`). It names messages;
    what they say is read when it is asked for, so that nothing withdrawn lives on here."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    name = models.CharField(max_length=30)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    message_ids = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="chat_event_once")]
