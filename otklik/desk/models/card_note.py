from __future__ import annotations

from django.db import models
from django.utils import timezone

from .contact import Contact
from .employee import Employee


class CardNote(models.Model):
    """What a colleague wrote in the feed of a contact's card itself (§4.4). It belongs to no task, so nothing can send
    it to the client (I6)."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="card_notes", db_index=False)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    # Made by the browser: the same text sent twice is one note (I2).
    key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "employee", "key"], name="card_note_once", condition=~models.Q(key="")
            ),
        ]
        indexes = [models.Index(fields=["contact", "-at"], name="card_note_feed")]
