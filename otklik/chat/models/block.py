from __future__ import annotations

from django.db import models
from django.utils import timezone

from .site import Site
from .visitor import Visitor


class AddressBlock(models.Model):
    """From this address nobody becomes a new visitor of the site until the time is over. Who is known already may
    write on: an office has one address."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="address_blocks")
    # As `flood.neighbourhood` names it.
    network = models.CharField(max_length=43)
    until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["site", "network"], name="address_block")]
