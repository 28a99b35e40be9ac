from __future__ import annotations

from django.db import models
from django.utils import timezone

from .employee import Employee


class PushKeys(models.Model):
    """One row: by these the browsers' makers know that a message comes from this installation (VAPID, RFC 8292)."""

    # PEM, sealed; the public one as PEM and as browsers want it.
    private = models.TextField()
    public = models.TextField()
    for_browsers = models.CharField(max_length=100)


class PushSubscription(models.Model):
    """A browser that shows messages of the desk though no page of it is open (RFC 8030)."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="push_subscriptions")
    # An address of the browser's maker; whoever knows it and both keys may write to this browser.
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=100)
    # Such as "Chrome 130, Windows 10".
    browser = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
