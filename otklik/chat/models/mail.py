from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .conversation import Conversation
from .site import Site


class Security(models.TextChoices):
    STARTTLS = "starttls", _("STARTTLS")
    TLS = "tls", _("TLS")
    NONE = "none", _("none, unprotected")


class MailSettings(models.Model):
    """What a site sends by mail, and through which servers (S24). Without servers of its own it uses those of the
    installation. Passwords are sealed (`lib/sealing.py`)."""

    class ToTeam(models.TextChoices):
        NOTHING = "nothing", _("Forward nothing")
        LOGS = "logs", _("Forward conversations, missed and offline messages")
        MISSED = "missed", _("Forward only missed and offline messages")

    class ToVisitors(models.TextChoices):
        NOTHING = "nothing", _("Send nothing")
        UNREAD = "unread", _("Send answers that were not read")
        COPY = "copy", _("Send answers that were not read, and the whole conversation at its end")

    site = models.OneToOneField(Site, models.CASCADE, related_name="mail")
    to_team = models.CharField(max_length=7, choices=ToTeam, default=ToTeam.NOTHING)
    # Empty: the owner's.
    team_address = models.CharField(max_length=254, blank=True)
    to_visitors = models.CharField(max_length=7, choices=ToVisitors, default=ToVisitors.NOTHING)
    # Seconds from an answer until it goes out by mail.
    delay = models.PositiveIntegerField(default=60)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    # Whether the server takes name+anything@example.com for name@example.com.
    has_plus = models.BooleanField(default=True)
    smtp_host = models.CharField(max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    smtp_user = models.CharField(max_length=254, blank=True)
    smtp_password = models.TextField(blank=True)
    imap_host = models.CharField(max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    imap_user = models.CharField(max_length=254, blank=True)
    imap_password = models.TextField(blank=True)


class Mailbox(models.Model):
    """How far the answers of a mailbox are read. Without a site it is the installation's."""

    site = models.OneToOneField(Site, models.CASCADE, null=True, related_name="mailbox")
    # Which mailbox it was: another one begins anew.
    name = models.CharField(max_length=600)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    # Why it cannot be read, in the server's words; empty: it can.
    note = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField(null=True)


class Mail(models.Model):
    """A mail on its way out: the row is the record, a job only moves it."""

    class Kind(models.TextChoices):
        UNREAD = "unread"
        COPY = "copy"
        TEAM = "team"

    class State(models.TextChoices):
        DUE = "due"
        SENT = "sent"
        FAILED = "failed"
        CANCELLED = "cancelled"
        BOUNCED = "bounced"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=6, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.DUE)
    # Which messages it carries, by number.
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    address = models.CharField(max_length=254)
    due_at = models.DateTimeField()
    # Whoever sends holds the row until then; a killed sender's claim simply runs out.
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    # The server's own words about the last attempt, or about the mail that came back.
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two answers at once are lines of one mail.
            models.UniqueConstraint(
                fields=["conversation"], name="mail_one_waits", condition=Q(state="due", kind="unread")
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="mail_due", condition=Q(state="due")),
            models.Index(fields=["address", "sent_at"], name="mail_rate"),
        ]


class StoppedAddress(models.Model):
    """Nothing is sent to this address any more: its owner said so, or it does not exist."""

    class Reason(models.TextChoices):
        ASKED = "asked"
        BOUNCED = "bounced"

    site = models.ForeignKey(Site, models.CASCADE, related_name="stopped_addresses")
    # Lower case.
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=7, choices=Reason)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "address"], name="stopped_address_once")]


class UnplacedMail(models.Model):
    """A mail that came and belongs to no conversation; only what a person needs to find it in the mailbox."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="unplaced")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        # A crash between a mail and its mark reads it again.
        constraints = [models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="unplaced_once")]
