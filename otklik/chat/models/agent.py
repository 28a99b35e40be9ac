from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from otklik.lib.tokens import random_token

from .site import Site


def new_agent_id() -> str:
    return random_token(12)


class AgentGroup(models.Model):
    site = models.ForeignKey(Site, models.CASCADE, related_name="groups")
    name = models.CharField(max_length=200)


class Agent(models.Model):
    """In whose name visitors are answered. A dummy agent has no person who signs in."""

    class Presence(models.TextChoices):
        ONLINE = "online"
        OFFLINE = "offline"
        INVISIBLE = "invisible"

    public_id = models.CharField(max_length=64, unique=True, default=new_agent_id)
    site = models.ForeignKey(Site, models.CASCADE, related_name="agents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    group = models.ForeignKey(AgentGroup, models.SET_NULL, null=True, blank=True, related_name="agents")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    avatar_url = models.CharField(max_length=500, blank=True)
    # Set by hand or by the calendar, never by an open console (S22).
    presence = models.CharField(max_length=9, choices=Presence, default=Presence.ONLINE)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # Two sends for an unknown e-mail must not make two dummy agents.
            models.UniqueConstraint("site", Lower("email"), name="agent_email_once", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name
