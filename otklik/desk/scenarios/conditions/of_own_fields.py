"""Fields that an account keeps of its tasks and contacts: what is asked follows from their kinds (§11.2, §12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy

from otklik.desk.actions.people import choices as people
from otklik.desk.models import Contact
from otklik.desk.models.own_field import OwnField
from otklik.desk.scenarios.conditions.asking import CONTACT, DATE, MAYBE, NUMBER, OWN, TEXT, Choices, Field, Looked


def _numbers(value: Any) -> set[str]:
    found = Contact.objects.select_related("merged_into").filter(pk=value).first()
    return {str((found.merged_into or found).number)} if found else set()


def _employees() -> list[tuple[str, str]]:
    return [row for row in people([]) if row[0].startswith("employee-")]


# By the kinds of own fields: as what it is asked, and what a stored value is then.
KINDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "text": (TEXT, str),
    "number": (NUMBER, float),
    "date": (DATE, date.fromisoformat),
    "choice": (MAYBE, lambda value: {str(value)}),
    "several": (MAYBE, lambda value: set(map(str, value))),
    "person": (MAYBE, lambda value: {f"employee-{value}"}),
    "contact": (CONTACT, _numbers),
}
NOTHING: Mapping[str, Any] = {TEXT: "", NUMBER: None, DATE: None, MAYBE: set(), CONTACT: set()}


def asked(
    field: OwnField, value: Callable[[Looked], Any], *, of: str | Promise = "", group: str | Promise = OWN
) -> Field:
    """`value`: as it is stored, None for nothing; `of`: whose field it is, where that is not the task's."""
    kind, as_found = KINDS[field.kind]

    def found(looked: Looked) -> Any:
        stored = value(looked)
        return NOTHING[kind] if stored is None else as_found(stored)

    name = format_lazy("{}: {}", of, field.name) if of else field.name
    return Field(name, kind, found, _choices(field), group)


def _choices(field: OwnField) -> Choices | None:
    if field.kind == "person":
        return _employees
    if field.kind in ("choice", "several"):
        return lambda: [(str(choice), str(choice)) for choice in field.choices]
    return None
