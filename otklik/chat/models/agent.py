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

    @property
    def public_id(self) -> str:
        """By which pages and the API name it: `groupId`."""
        return str(self.pk)

    @classmethod
    def of(cls, site: Site, public_id: str) -> AgentGroup | None:
        """The site's group with this `groupId`."""
        # More digits than a key has; and isdecimal also knows digits that int() takes for others.
        if not (public_id.isascii() and public_id.isdecimal() and len(public_id) < 19):
            return None
        return cls.objects.filter(site=site, pk=int(public_id)).first()


class Agent(models.Model):
    """In whose name visitors are answered. A dummy agent has no person who signs in."""

    class Presence(models.TextChoices):
        ONLINE = "online"
        OFFLINE = "offline"
        INVISIBLE = "invisible"
        # As the hours of the site say; online when it has none.
        CALENDAR = "calendar"

    public_id = models.CharField(max_length=64, unique=True, default=new_agent_id)
    site = models.ForeignKey(Site, models.CASCADE, related_name="agents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    group = models.ForeignKey(AgentGroup, models.SET_NULL, null=True, blank=True, related_name="agents")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    avatar_url = models.CharField(max_length=500, blank=True)
    # Set by hand or by the calendar, never by an open console (S22). What it comes to: `promise.status_of`.
    presence = models.CharField(max_length=9, choices=Presence, default=Presence.CALENDAR)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # Two sends for an unknown e-mail must not make two dummy agents.
            models.UniqueConstraint("site", Lower("email"), name="agent_email_once", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name
