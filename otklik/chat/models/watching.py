from __future__ import annotations

from django.db import models
from django.utils import timezone

from .agent import Agent
from .site import Site


class Watching(models.Model):
    """What a site's agents see of visitors beyond what they write. A site without a row shows neither."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="watching")
    sees_visitors = models.BooleanField(default=False)
    sees_typing = models.BooleanField(default=False)


class OpenTab(models.Model):
    """A page on which somebody opened the chat and has not written yet. In a table without a log of its own, and
    forgotten a minute after the page is gone."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="tabs")
    # Made up by the page, for as long as the browser's tab is open.
    tab = models.CharField(max_length=36)
    # The visitor's connection, so that one does not fill the table; empty: this machine.
    network = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=2000)
    referrer = models.CharField(max_length=2000, blank=True)
    country = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    pages = models.PositiveIntegerField(default=1)
    # What an agent writes to him, and when his page took it.
    text = models.TextField(blank=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "tab"], name="open_tab_once")]
