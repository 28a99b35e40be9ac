from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from .site import Site


class Consent(models.Model):
    """What a person allowed a desk, for one site: first a code, then a token. Both are kept as digests only."""

    client_id = models.CharField(max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=50))
    # Where the code was sent to; whoever exchanges it has to name the same.
    back = models.CharField(max_length=500)
    challenge = models.CharField(max_length=43)
    code = models.BinaryField(unique=True)
    token = models.BinaryField(null=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
