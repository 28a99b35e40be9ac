from __future__ import annotations

from django.db import models
from django.utils import timezone

from .comment import Comment
from .employee import Employee


class Like(models.Model):
    """That somebody likes a comment (§8.2), once."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="likes")
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "employee"], name="like_once")]
