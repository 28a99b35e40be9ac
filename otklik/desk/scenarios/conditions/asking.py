from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Comment, Contact, Event, Task
from otklik.desk.scenarios.conditions.operators import (
    CHOICE,
    CONTACT,
    DATE,
    FIELD,
    MAYBE,
    NUMBER,
    OPERATORS,
    TEXT,
    Operator,
    plain,
    read,
)  # fmt: skip

__all__ = ["CHOICE", "CONTACT", "DATE", "MAYBE", "MOST_TEXT", "NUMBER", "TEXT", "Choices", "Field", "Looked"]

MOST_TEXT = 200
Choices = Callable[[], list[tuple[str, str]]]
# Under which the list of what may be asked has its parts.
TASK, PEOPLE, DATES, EVENT, CLIENT, OWN, PARENT = (
    _("Task"), _("People"), _("Dates"), _("Event"), _("Client"), _("Own fields"), _("Parent task"),
)  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """A task as it is now, and the event that makes a scenario look at it."""

    task: Task
    event: Event

    @property
    def comment(self) -> Comment | None:
        return self.event.comment

    @property
    def client(self) -> Contact | None:
        contact = self.task.contact
        return contact.merged_into or contact if contact else None


@dataclass(frozen=True)
class Field:
    """`kind` is one of `operators.OPERATORS`. `found`: of a choice the set of the values that hold for what is looked
    at, of contacts their numbers; a text or a list of texts; a number, or a moment or a day; None where there is none.
    """

    name: str | Promise
    kind: str
    found: Callable[[Looked], Any]
    # (value, name) to choose from; None: it is typed.
    choices: Choices | None = None
    group: str | Promise = TASK

    @property
    def operators(self) -> Mapping[str, Operator]:
        return OPERATORS[self.kind]


def compared(field: Field, row: Mapping[str, Any], found: Any, *, other: Any = None, today: date | None = None) -> bool:
    """Whether a row holds for what was found in its field; `other`: what was found in the field that it is compared
    with. What cannot be compared does not hold."""
    operator = field.operators.get(str(row.get("operator")))
    if operator is None:
        return False
    values = list(row.get("values", []))
    if operator.takes == FIELD:
        given = [plain(field.kind, other)]
    elif operator.takes == "days":
        given = [int(value) for value in values]
    else:
        given = [read(field.kind, value) for value in values]
    return operator.holds(plain(field.kind, found), given, today or timezone.localdate())


def offered(**names: str | Promise) -> Choices:
    """A list of its own for a field, in the reader's language when it is asked for."""
    return lambda: [(key, str(name)) for key, name in names.items()]


YES_NO = offered(yes=_("yes"), no=_("no"))


def yes(is_so: object) -> set[str]:
    return {"yes" if is_so else "no"}


def of_another(field: Field, name: str | Promise, to: Callable[[Looked], Looked | None]) -> Field:
    """The same question about something else, by whose name the question goes; where that is not there, nothing is
    found."""
    nothing: Any = set() if field.kind in (CHOICE, MAYBE, CONTACT) else [] if field.kind == TEXT else None

    def found(looked: Looked) -> Any:
        another = to(looked)
        return nothing if another is None else field.found(another)

    return replace(field, name=format_lazy("{}: {}", name, field.name), found=found, group=name)
