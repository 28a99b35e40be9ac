from __future__ import annotations

from django.db import models

from otklik.people.models import Calendar

from .site import Site


class SiteHours(models.Model):
    """When a site is answered. A site without a row promises nothing and follows what agents say of themselves."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="hours")
    calendar = models.OneToOneField(Calendar, models.CASCADE, related_name="+")
    # Off: the calendar is kept, and nobody follows it.
    is_used = models.BooleanField(default=True)
