from __future__ import annotations

from django.db import models

from .site import Site


class Sighting(models.Model):
    """A page on which the chat was seen at work; written from time to time, not for each view."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="sightings")
    host = models.CharField(max_length=260)
    # Empty: only the host is known.
    path = models.CharField(max_length=500, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "host", "path"], name="sighting_once")]
