from __future__ import annotations

from django.db import models
from django.utils import timezone

from .contact import Contact
from .employee import Employee


class Merge(models.Model):
    """That a contact was merged into another one, and everything that has to go back when it is undone (I7)."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Contact, models.CASCADE, related_name="merges_into")
    # None: an e-mail joined them.
    by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    email = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # What goes back: {identities, tasks, entries, merged: ids; members, dropped: [[task, role]];
    # last: {identity, task, entry}; name: [old, new, was kept];
    # access: [old, new]}
    moved = models.JSONField(default=dict)
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact"], name="merge_once", condition=models.Q(undone_at__isnull=True)),
        ]


class Distinct(models.Model):
    """Two contacts that are not the same person, as somebody has said: neither suggested nor joined by an e-mail."""

    # The one with the smaller id.
    one = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="distinct_once")]
