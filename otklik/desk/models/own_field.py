from __future__ import annotations

from django.db import models


class OwnField(models.Model):
    """What an account keeps of its tasks or contacts beside what all have. `kind` is one of `own_fields.KINDS`."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    # Of a field in which one chooses.
    choices = models.JSONField(default=list, blank=True)
    place = models.PositiveIntegerField(default=0)
    # Offered no more; the values stay.
    archived_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name
