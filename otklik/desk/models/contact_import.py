from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contact import Contact, ContactTemplate
from .employee import Employee


class ContactImport(models.Model):
    """A table of clients on its way into the base. The row is the record of how far it is; a job moves it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    class Duplicates(models.TextChoices):
        SKIP = "skip", _("Leave the card as it is")
        UPDATE = "update", _("Put what is new into the card")
        CREATE = "create", _("Make a new card all the same")

    by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    # As it was uploaded; a vCard as the table that was made of it. Emptied a month after the end.
    body = models.BinaryField()
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    has_header = models.BooleanField(default=True)
    # What each column is: a field of the card, or nothing.
    columns = models.JSONField(default=list)
    duplicates = models.CharField(max_length=6, choices=Duplicates, default=Duplicates.SKIP)
    template = models.ForeignKey(ContactTemplate, models.PROTECT, related_name="+")
    # In which faults are told.
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    # Rows of the table without its header, and how many of them had their turn.
    total = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # Cards that the undoing has left, because somebody has used them since.
    kept = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    # The latest sign of life, and at the end the end.
    moved_at = models.DateTimeField(default=timezone.now)

    @property
    def is_of_cards(self) -> bool:
        """The table was made of business cards: how it is to be read is known."""
        return self.name.lower().endswith((".vcf", ".vcard"))

    @property
    def percent(self) -> int:
        return 100 * self.taken // self.total if self.total else 100


class ImportLine(models.Model):
    """What became of a row, as far as somebody asks later: cards made or changed, to undo it, and rows at fault."""

    class Outcome(models.TextChoices):
        MADE = "made"
        CHANGED = "changed"
        FAILED = "failed"

    of = models.ForeignKey(ContactImport, models.CASCADE, related_name="lines")
    # As a spreadsheet counts rows.
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=7, choices=Outcome)
    # None: of a row at fault, or deleted since.
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    # {field: [before, after]} of a changed card; a company by its id.
    changes: models.JSONField[Any, Any] = models.JSONField(default=dict)
    fault = models.CharField(max_length=300, blank=True)
    cells: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["of", "outcome", "id"], name="import_line")]
