"""One feed of all conversations with a contact, from all of his devices (S20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy

from otklik.desk import other_tasks
from otklik.desk.models import CardNote, Comment, Contact, Employee, ReplyTarget, Status, Task
from otklik.desk.models.comment import CommentQuerySet
from otklik.desk.templatetags.texts import system_words

MOST = 30
# Behind every comment of the same moment.
LAST = 2**62
Kind = Comment.Kind
# What the eye shows and hides (§4.4). Files: lines that are nothing but files.
PARTS = {
    "client": gettext_lazy("The client's words"),
    "reply": gettext_lazy("Answers"),
    "note": gettext_lazy("Notes"),
    "system": gettext_lazy("System lines"),
    "files": gettext_lazy("Files"),
}
USUAL = ("client", "reply", "note", "files")


@dataclass
class Line:
    """A comment of a task, or a note on the card itself."""

    comment: Comment | None = None
    # What the system tells.
    words: str = ""
    note: CardNote | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """In the order of time; a note stands before a comment of the same moment."""
        return (self.comment.at, self.comment.pk) if self.comment else (cast(CardNote, self.note).at, LAST)


@dataclass
class Feed:
    lines: list[Line]
    # (key, name, is it shown)
    parts: list[tuple[str, Any, bool]]
    # Where the lines before these begin, for an address; empty when there are none.
    earlier: str = ""

    @property
    def is_partial(self) -> bool:
        return not all(is_shown for key, _name, is_shown in self.parts if key in USUAL)


def of_contact(contact: Contact) -> CommentQuerySet:
    """What was said by him and to him. A line belongs to one contact: to that of the identity that wrote it or to which
    it went, else to that of its task."""
    written_to = ReplyTarget.objects.filter(identity__contact=contact)
    # Each by its index: in one condition they would walk through all tasks.
    tasks = Task.objects.filter(contact=contact).values("pk").union(written_to.values("task"))
    his = Q(kind=Kind.CLIENT, identity__contact=contact)
    to_him = Q(kind=Kind.REPLY, target__identity__contact=contact)
    about_him = (Q(kind=Kind.NOTE) | Q(kind=Kind.REPLY, target=None)) & Q(task__contact=contact)
    told = Q(kind=Kind.SYSTEM, task__contact=contact)
    return Comment.objects.filter(his | to_him | about_him | told, task__in=tasks)


def feed(contact: Contact, employee: Employee, before: str = "") -> Feed:
    """The latest lines of tasks that this employee may see and of the card itself, the latest first, of the parts that
    he wants to see; `before`: those before the place that an earlier answer named."""
    found = _comments(contact, employee, place := _place(before))
    if _shown(employee).issuperset({"note"}):
        found += _notes(contact, place)
    found.sort(key=lambda line: line.place, reverse=True)
    lines = found[:MOST]
    at, pk = lines[-1].place if lines else (None, 0)
    earlier = f"{at.timestamp():.6f}-{pk}" if at and len(found) > MOST else ""
    return Feed(lines, [(key, name, key in _shown(employee)) for key, name in PARTS.items()], earlier)


def _place(before: str) -> tuple[datetime, int] | None:
    at, _dash, pk = before.partition("-")
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(at.replace(".", ""))), int(pk)
    except (ValueError, OverflowError):
        return None


def _shown(employee: Employee) -> set[str]:
    return set(USUAL if employee.card_parts is None else employee.card_parts)


def _notes(contact: Contact, before: tuple[datetime, int] | None) -> list[Line]:
    """Of the card, also of those that were merged into it."""
    notes = CardNote.objects.filter(Q(contact=contact) | Q(contact__merged_into=contact))
    notes = notes.filter(at__lt=before[0]) if before else notes
    return [Line(note=one) for one in notes.select_related("employee__user").order_by("-at", "-pk")[: MOST + 1]]


def _comments(contact: Contact, employee: Employee, before: tuple[datetime, int] | None) -> list[Line]:
    shown = _shown(employee)
    visible = Task.objects.visible_to(employee).kept()
    lines = (
        of_contact(contact)
        .visible_to(employee)
        .filter(task__in=visible, kind__in=[key for key in shown if key != "files"])
    )
    if "files" not in shown:
        lines = lines.exclude(~Q(kind=Kind.SYSTEM), text="", withdrawn_at=None)
    if before:
        at, pk = before
        lines = lines.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(lines.select_related("task", "identity", "employee__user").order_by("-at", "-pk")[: MOST + 1])
    other_tasks.unnamed(found, employee)
    sets = any(one.kind == Kind.SYSTEM for one in found)
    statuses = Status.objects.in_bulk() if sets else {}
    return [Line(one, system_words(one, statuses) if one.kind == Kind.SYSTEM else "") for one in found]


def choose(employee: Employee, parts: Sequence[str]) -> None:
    """What the eye shows this person from now on, on all cards."""
    employee.card_parts = [key for key in PARTS if key in parts]
    employee.save(update_fields=["card_parts"])
