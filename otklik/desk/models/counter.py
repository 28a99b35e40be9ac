from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """A number that grows without holes and in the order of commits: its row is locked by whoever takes numbers, last
    of all locks, until the commit. A sequence would show N+1 before N is there.

    One row: `event`, the cursor of all screens. Numbers of tasks and contacts may have holes: sequences give them."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)
