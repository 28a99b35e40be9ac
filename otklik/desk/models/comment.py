from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils import timezone

from otklik.lib.notes import told

from .employee import Employee
from .identity import Identity, Source
from .target import ReplyTarget
from .task import Task


def seen_by(employee: Employee, prefix: str = "") -> models.Q:
    """Which comments he may see in a task that he sees (§8.2): hidden ones only those chosen, their author and
    administrators; auditors do not. `prefix` leads to the comment from another table."""
    if employee.is_administrator:
        # Everything: an empty condition would be lost beside an OR.
        return ~models.Q(pk__in=[])
    chosen = models.Q(**{f"{prefix}notified__contains": [employee.pk]})
    return models.Q(**{f"{prefix}is_hidden": False}) | models.Q(**{f"{prefix}employee": employee}) | chosen


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, employee: Employee) -> CommentQuerySet:
        return self.filter(seen_by(employee))


class Comment(models.Model):
    """A line of a task's feed. Its kind never changes (I6): a note cannot become a reply."""

    class Kind(models.TextChoices):
        CLIENT = "client"
        REPLY = "reply"
        NOTE = "note"
        SYSTEM = "system"
        SERVICE = "service"

    class Mark(models.TextChoices):
        """What is known of a reply's way to the client (§8.3)."""

        NONE = ""
        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        READ = "read"
        FAILED = "failed"
        UNKNOWN = "unknown"

    # Its rows are written under the task's lock together with what they name. References are not checked again, and not
    # indexed where nobody looks them up from the other side: that would cost the webhook door a third of its speed.
    task = models.ForeignKey(Task, models.CASCADE, related_name="comments", db_index=False, db_constraint=False)
    # Place in the feed: the order of arrival (I3).
    number = models.BigIntegerField()
    kind = models.CharField(max_length=7, choices=Kind)
    employee = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+", db_index=False)
    identity = models.ForeignKey(
        Identity, models.PROTECT, null=True, related_name="comments", db_index=False, db_constraint=False
    )
    # Who wrote it where that is neither: a chat user without an employee, a robot.
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # Employees who were notified by it (§8.1). None: a client's, or one of before anybody was chosen.
    notified = ArrayField(models.BigIntegerField(), null=True, blank=True)
    # Only they see it, its author and administrators (§8.2). Every reader asks `visible_to`.
    is_hidden = models.BooleanField(default=False, db_default=False)
    # Files [{name, url, size, type}]; for a system line, what it tells: {event, ...}; what became of it later: earlier
    # [{text, at, by}], withdrawn_by, correction {state, note}; the composer's key.
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # The foreign clock: shown, never sorted by.
    written_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    # On which way it came, or goes.
    target = models.ForeignKey(
        ReplyTarget, models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    remote_id = models.CharField(max_length=200, null=True)
    mark = models.CharField(max_length=7, choices=Mark, default=Mark.NONE, blank=True)
    mark_note = models.CharField(max_length=500, blank=True)
    # When a reply that is due goes out: held back until then, or tried again.
    due_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    search = models.GeneratedField(
        expression=SearchVector("text", config="russian"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            # What the client gets is open to all who see the task.
            models.CheckConstraint(
                condition=models.Q(is_hidden=False) | models.Q(kind="note"), name="comment_hidden_is_note"
            ),
            models.UniqueConstraint(fields=["task", "number"], name="comment_number_once"),
            # I2: a message appears once, however often its webhook comes.
            models.UniqueConstraint(fields=["source", "remote_id"], name="comment_message_once"),
            # What a delivery refers to, together with its kind.
            models.UniqueConstraint(fields=["id", "kind"], name="comment_id_kind"),
        ]
        indexes = [
            # New words wait in a list and enter the index many at a time: one by one they would cost more than all else
            # that is written with a message. A search reads that list, too; 32 MB take it some milliseconds.
            GinIndex(fields=["search"], name="comment_search", fastupdate=True, gin_pending_list_limit=32 * 1024),
        ]

    @property
    def mark_reason(self) -> str:
        """Why the mark is what it is, in the reader's language."""
        return told(self.mark_note)

    @property
    def is_held(self) -> bool:
        """Whether it is held back before its first try, so that its author may take it back."""
        return self.mark == self.Mark.DUE and not self.mark_note and self.due_at is not None

    @property
    def held_for(self) -> int:
        """Milliseconds that are left of the hold."""
        left = (self.due_at - timezone.now()).total_seconds() if self.is_held and self.due_at else 0
        return max(0, round(left * 1000))

    @property
    def correction(self) -> str:
        """Whether the client sees the last change: `due`, `done`, `failed`; empty: there was none."""
        return str(self.data.get("correction", {}).get("state", ""))

    @property
    def correction_reason(self) -> str:
        return told(str(self.data.get("correction", {}).get("note", "")))

    @property
    def mailed_at(self) -> datetime | None:
        """When its mail goes out, or went."""
        at = str(self.data.get("mail", {}).get("at", ""))
        return datetime.fromisoformat(at) if at else None

    @property
    def mailed_in(self) -> int:
        """Seconds until its mail goes out."""
        at = self.mailed_at
        return max(0, round((at - timezone.now()).total_seconds())) if at else 0

    @property
    def involved(self) -> str:
        """Its author and those notified by it, as a list of people names them: whom a reply to it notifies (§8.1);
        one to a hidden comment is hidden, too (§8.2)."""
        ids = dict.fromkeys([*([self.employee_id] if self.employee_id else []), *(self.notified or [])])
        return " ".join([*(["hidden"] if self.is_hidden else []), *(f"employee-{pk}" for pk in ids)])

    def is_visible_to(self, employee: Employee) -> bool:
        """As `seen_by` says, of one."""
        if not self.is_hidden or employee.is_administrator:
            return True
        return self.employee_id == employee.pk or employee.pk in (self.notified or [])

    @property
    def author(self) -> str:
        if self.employee:
            return self.employee.name
        if self.identity:
            return self.identity.name
        return self.author_name
