from __future__ import annotations

from django.db import models
from django.utils import timezone

from .contact import Contact


class Source(models.Model):
    """Where clients come from: one connected account of a channel. The desk knows only its name and label."""

    # The channel's name in task titles: `<client name> (Chatra)`.
    label = models.CharField(max_length=100)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """(source, remote id) → contact. What a client wrote belongs to an identity; merging and unmerging contacts moves
    identities and nothing else (I7)."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="identities")
    remote_id = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="identities")
    # As the channel last called the client.
    name = models.CharField(max_length=200)
    # Lower case; a claim typed by the visitor, never a proof.
    email = models.CharField(max_length=254, blank=True)
    # Browser, system, place of the latest enquiry: names the device where a reply can take several ways.
    device = models.CharField(max_length=300, blank=True)
    # The e-mail by which this identity was joined to its contact, and one by which it must not be joined again.
    linked_by = models.CharField(max_length=254, blank=True)
    not_linked_by = models.CharField(max_length=254, blank=True)
    # From whose card an employee has taken this device.
    separated_from = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # Whether the site itself vouches for the id: two such ids of one source never share a contact.
    is_bound = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "remote_id"], name="identity_once")]
        indexes = [models.Index(fields=["email"], name="identity_email", condition=~models.Q(email=""))]

    def __str__(self) -> str:
        return self.name
