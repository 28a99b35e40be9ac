from __future__ import annotations

from django.db import models
from django.utils import timezone

from .visitor import Visitor


class Process(models.Model):
    """A running web process, which says every few seconds that it lives."""

    id = models.UUIDField(primary_key=True)
    # Anew after a crash of PostgreSQL too, which empties this table.
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)


class Presence(models.Model):
    """An open page of a visitor: one row for each stream. It counts only while its process lives, so a killed
    process leaves nobody online for ever."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="presences")
    process = models.UUIDField()
    opened_at = models.DateTimeField(default=timezone.now)
