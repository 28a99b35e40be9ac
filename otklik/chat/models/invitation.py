from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .agent import Agent, AgentGroup
from .site import Site


class Invitation(models.Model):
    """A link by which one person joins a site, as an agent or also as an administrator. Good once, and for a week."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    # For whom it is, in the words of who invites.
    name = models.CharField(max_length=200)
    # Who answers so far through the API only, and gets a person now.
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(AgentGroup, models.SET_NULL, null=True, related_name="+")
    is_administrator = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
