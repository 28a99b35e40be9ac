from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .site import Site


class SiteChange(models.Model):
    """Who changed what in the administration of a site. Kinds and their sentences: `otklik.chat.site_log`."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Stays when the person is gone.
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="site_change_latest")]
