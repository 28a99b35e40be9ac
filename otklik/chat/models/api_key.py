from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .consent import Consent
from .site import Site


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> ApiKeyQuerySet:
        until = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(until, revoked_at=None)


class ApiKey(models.Model):
    """A secret key of a site's API. Only its digest is kept: whoever made it has seen it once."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    # By which a person knows it again.
    ending = models.CharField(max_length=4)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Given to a desk by a consent.
    consent = models.ForeignKey(Consent, models.SET_NULL, null=True, related_name="+")
    # To the minute: not every call is a write.
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "digest"], name="api_key_once")]

    def is_usable(self, now: datetime | None = None) -> bool:
        now = now or timezone.now()
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
