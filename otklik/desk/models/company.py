from __future__ import annotations

from django.db import models

from otklik.people.models import Calendar


class Company(models.Model):
    """One row: what is so for the whole company. Without a row: as when it began."""

    calendar = models.OneToOneField(Calendar, models.PROTECT, related_name="+")
    # Off: the calendar is kept, and all time is working time.
    has_hours = models.BooleanField(default=False)
    # In which language people are met of whom nothing is known; empty: as the product is set up.
    language = models.CharField(max_length=10, blank=True)
    # Whether prepared answers are offered to those who write (§10).
    has_quick_replies = models.BooleanField(default=True, db_default=True)
