from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Comment, Event, Task

MOST_TEXT = 200
OPERATORS = {
    "is": "=", "is_not": "≠", "contains": _("contains"), "contains_not": _("does not contain"), "more": ">",
    "less": "<",
}  # fmt: skip
CHOICE, TEXT, NUMBER = ("is", "is_not"), ("contains", "contains_not"), ("more", "less")
Choices = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Looked:
    """A task as it is now, and the event that makes a scenario look at it."""

    task: Task
    event: Event

    @property
    def comment(self) -> Comment | None:
        return self.event.comment


@dataclass(frozen=True)
class Field:
    """`found`: which of the values hold for what is looked at; of a text the text, of a number the number or None."""

    name: str | Promise
    operators: tuple[str, ...]
    found: Callable[[Looked], Any]
    # (value, name) to choose from; None: it is typed.
    choices: Choices | None = None

    @property
    def is_number(self) -> bool:
        return self.operators == NUMBER


def compared(field: Field, row: dict[str, Any], found: Any) -> bool:
    """Whether a row holds for what was found in its field. Several values are any of them."""
    values: Sequence[str] = row.get("values", [])
    if field.is_number:
        return found is not None and bool(values) and _beyond(str(row.get("operator")), found, values[0])
    if field.choices is None:
        text = str(found).casefold()
        has = any(value.casefold() in text for value in values)
    else:
        has = bool(set(values) & found)
    return has == (row.get("operator") in ("is", "contains"))


def _beyond(operator: str, found: float, value: str) -> bool:
    limit = float(value)
    return found > limit if operator == "more" else found < limit


def offered(**names: str | Promise) -> Choices:
    """A list of its own for a field, in the reader's language when it is asked for."""
    return lambda: [(key, str(name)) for key, name in names.items()]
