"""One feed of all conversations with a contact, from all of his devices (S20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from otklik.desk.models import Comment, Contact, Employee, Status, Task
from otklik.desk.templatetags.texts import system_words

MOST = 30
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
    comment: Comment
    # What the system tells.
    words: str = ""


@dataclass
class Feed:
    lines: list[Line]
    # (key, name, is it shown)
    parts: list[tuple[str, Any, bool]]

    @property
    def is_partial(self) -> bool:
        return not all(is_shown for key, _name, is_shown in self.parts if key in USUAL)


def of_contact(contact: Contact) -> QuerySet[Comment]:
    """What was said by him and to him. A line belongs to one contact: to that of the identity that wrote it or to which
    it went, else to that of its task."""
    tasks = Task.objects.filter(Q(contact=contact) | Q(targets__identity__contact=contact)).values("pk")
    his = Q(kind=Kind.CLIENT, identity__contact=contact)
    to_him = Q(kind=Kind.REPLY, target__identity__contact=contact)
    about_him = (Q(kind=Kind.NOTE) | Q(kind=Kind.REPLY, target=None)) & Q(task__contact=contact)
    told = Q(kind=Kind.SYSTEM, task__contact=contact)
    return Comment.objects.filter(his | to_him | about_him | told, task__in=tasks)


def feed(contact: Contact, employee: Employee) -> Feed:
    """The latest lines of tasks that this employee may see, the latest first, of the parts that he wants to see."""
    shown = USUAL if employee.card_parts is None else employee.card_parts
    visible = Task.objects.visible_to(employee).kept()
    lines = of_contact(contact).filter(task__in=visible, kind__in=[key for key in shown if key != "files"])
    if "files" not in shown:
        lines = lines.exclude(~Q(kind=Kind.SYSTEM), text="", withdrawn_at=None)
    found = list(lines.select_related("task", "identity", "employee__user").order_by("-at", "-pk")[:MOST])
    sets = any(one.kind == Kind.SYSTEM for one in found)
    statuses = Status.objects.in_bulk() if sets else {}
    told = [Line(one, system_words(one, statuses) if one.kind == Kind.SYSTEM else "") for one in found]
    return Feed(told, [(key, name, key in shown) for key, name in PARTS.items()])


def choose(employee: Employee, parts: Sequence[str]) -> None:
    """What the eye shows this person from now on, on all cards."""
    employee.card_parts = [key for key in PARTS if key in parts]
    employee.save(update_fields=["card_parts"])
