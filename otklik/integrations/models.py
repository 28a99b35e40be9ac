from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Comment, ContactTemplate, Employee, Group, Identity, Source, Task, TaskTemplate
from otklik.lib.tokens import random_token


def new_hook_token() -> str:
    return random_token(40)


class KindOptions(models.Model):
    """Options of an integration kind; they hold for all its accounts (S11, S12)."""

    kind = models.CharField(max_length=40, primary_key=True)
    new_task_if_none_active = models.BooleanField(default=True)
    on_behalf_of_employee = models.BooleanField(default=False)
    # How many of the previous task's last lines a new one repeats.
    earlier_lines = models.PositiveSmallIntegerField(default=0)


class ChatUser(models.Model):
    """A user of the remote in whose name clients can be answered (S09, S12): read from the remote where it lists them,
    else learned from webhooks or confirmed by a person."""

    connection = models.ForeignKey("Connection", models.CASCADE, related_name="chat_users")
    # Lower case: by it an employee is found to be the same person.
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    picture = models.CharField(max_length=500, blank=True)
    is_confirmed_by_hand = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "email"], name="chat_user_once")]


class SettingsChange(models.Model):
    """Who changed what of an account, or of the options of a kind (then without a connection), and when."""

    kind = models.CharField(max_length=40)
    connection = models.ForeignKey("Connection", models.CASCADE, null=True, related_name="changes")
    by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # {field: [old, new]} in words that need no looking up: names may be changed or gone later.
    changes = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="settings_change_latest")]


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def present(self) -> ConnectionQuerySet:
        """Without the removed ones."""
        return self.filter(removed_at=None)


class Connection(models.Model):
    """A connected account on a channel. A kind is plain text, checked by the registry."""

    kind = models.CharField(max_length=40)
    name = models.CharField(_("account name"), max_length=200)
    # The secret part of the address to which the remote sends its webhooks.
    token = models.CharField(max_length=64, unique=True, default=new_hook_token)
    # What the kind's connector needs to speak to the remote: addresses, keys.
    settings = models.JSONField(default=dict)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")
    task_template = models.ForeignKey(TaskTemplate, models.PROTECT, related_name="+")
    contact_template = models.ForeignKey(ContactTemplate, models.PROTECT, related_name="+")
    employees = models.ManyToManyField(Employee, related_name="+", blank=True)
    groups = models.ManyToManyField(Group, related_name="+", blank=True)
    created_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    is_on = models.BooleanField(default=True)
    # Why nothing is sent for now, in words for the administrator; empty: nothing stops us.
    paused_reason = models.CharField(max_length=500, blank=True)
    paused_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_received_at = models.DateTimeField(null=True)
    # Removed accounts stay: their tasks, contacts and webhooks refer to them. They are switched off for good.
    removed_at = models.DateTimeField(null=True)

    objects = ConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A remote conversation ↔ a place in a desk: a task of ours, or an opaque reference for a desk elsewhere."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="links")
    # The conversation, and the client, as the remote names them.
    remote_id = models.CharField(max_length=200)
    client_remote_id = models.CharField(max_length=200)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    left_at = models.DateTimeField(null=True)
    # When the remote last told the whole conversation, so that what was lost could be found.
    transcript_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id"], name="link_once")]


class Receipt(models.Model):
    """A webhook as it came, committed before it was answered (I1)."""

    class State(models.TextChoices):
        DONE = "done"
        # Later webhooks of a conversation wait for a failed one.
        WAITING = "waiting"
        FAILED = "failed"
        SET_ASIDE = "set_aside"
        UNKNOWN = "unknown"

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="receipts", db_constraint=False, db_index=False
    )
    body = models.BinaryField()
    conversation = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State)
    note = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-id"], name="receipt_latest"),
            # Few rows: what still has to be taken in, or looked at by a person.
            models.Index(
                fields=["connection", "conversation", "id"],
                name="receipt_unfinished",
                condition=~models.Q(state="done"),
            ),
        ]


class Delivery(models.Model):
    """A reply on its way out to a channel: the row is the record, a job only moves it. Carries its own text, author and
    files: a desk elsewhere has no comment of ours, and an edit later does not change what was sent."""

    class State(models.TextChoices):
        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        READ = "read"
        FAILED = "failed"
        # The remote's answer was lost: an echo or a person decides.
        UNKNOWN = "unknown"
        # Withdrawn before it left.
        DROPPED = "dropped"

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    link = models.ForeignKey(Link, models.CASCADE, related_name="deliveries")
    # Together with `comment_kind` a composite foreign key: only a reply can be delivered (I6).
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+", db_constraint=False)
    comment_kind = models.CharField(max_length=7, default="reply")
    text = models.TextField()
    author_name = models.CharField(max_length=200, blank=True)
    author_email = models.CharField(max_length=254, blank=True)
    files = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    note = models.CharField(max_length=500, blank=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    # An answer was lost: the remote may have it, under this key.
    may_be_there = models.BooleanField(default=False, db_default=False)
    due_at = models.DateTimeField(default=timezone.now)
    # Whoever sends holds the row until then; a killed sender's claim simply runs out.
    claimed_until = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # An employee and a scenario may both ask for the same send.
            models.UniqueConstraint(fields=["link", "comment"], name="delivery_once_per_link"),
            models.CheckConstraint(condition=models.Q(comment_kind="reply"), name="delivery_of_reply_only"),
        ]
        indexes = [
            models.Index(
                fields=["link", "id"],
                name="delivery_unfinished",
                condition=models.Q(state__in=["due", "sending", "unknown"]),
            ),
            models.Index(fields=["link", "remote_id"], name="delivery_echo", condition=~models.Q(remote_id="")),
        ]


class Attempt(models.Model):
    """One try to send a delivery, and what the remote said."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    # `send`, `edit` or `withdraw`.
    what = models.CharField(max_length=8, default="send", db_default="send")
    is_ok = models.BooleanField()
    answer = models.CharField(max_length=500, blank=True)


class Correction(models.Model):
    """What the client is to see of a reply that he has already: another text, or nothing. The last wish counts;
    bringing it there twice does no harm."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        FAILED = "failed"

    delivery = models.OneToOneField(Delivery, models.CASCADE, related_name="correction")
    text = models.TextField(blank=True)
    is_withdrawal = models.BooleanField(default=False)
    # Grows with each wish: a call that was on its way meanwhile has not brought this one.
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=6, choices=State, default=State.DUE)
    note = models.CharField(max_length=500, blank=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="correction_due", condition=models.Q(state="due"))]


class Gap(models.Model):
    """A transcript brought what no webhook had brought before: messages were found late."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="gaps")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    conversation = models.CharField(max_length=200)
    lines = models.PositiveIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    # Somebody has seen it; it is not asked for attention any more.
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["connection", "-id"], name="gap_latest")]
