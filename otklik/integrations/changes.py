"""Who changed which setting, and when: a plain line for each save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from otklik.desk.models import Employee
from otklik.integrations.models import Connection, SettingsChange

Value = str | bool | int
# {field: [old, new]}, in words that stay true when what they name changes.
Changes = Mapping[str, list[Value]]
SHOWN = 10


def note(changes: Changes, *, kind: str, by: Employee, connection: Connection | None = None) -> None:
    if changes:
        SettingsChange.objects.create(kind=kind, connection=connection, by=by, changes=dict(changes))


def between(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, list[Value]]:
    """What differs."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


@dataclass(frozen=True)
class Line:
    """One save as a page tells it."""

    who: str
    at: datetime
    what: str


def of_kind(kind: str, labels: Mapping[str, str]) -> list[Line]:
    return _lines(SettingsChange.objects.filter(kind=kind, connection=None), labels)


def of_connection(connection: Connection, labels: Mapping[str, str]) -> list[Line]:
    return _lines(connection.changes.all(), labels)


def _lines(changes: QuerySet[SettingsChange], labels: Mapping[str, str]) -> list[Line]:
    """The latest ones, in the reader's language. `labels`: what the fields are called there."""
    latest = changes.select_related("by__user").order_by("-pk")[:SHOWN]
    return [
        Line(change.by.name if change.by else gettext("somebody"), change.at, in_words(change.changes, labels))
        for change in latest
    ]


def in_words(changes: Changes, labels: Mapping[str, str]) -> str:
    """In the order of the labels: the database keeps none."""
    order = [*(name for name in labels if name in changes), *(name for name in changes if name not in labels)]
    labels = {"is_on": gettext("Switch"), "keys": gettext("Keys"), "account": gettext("Account")} | dict(labels)
    pairs = ((labels.get(name, name), *changes[name]) for name in order)
    return "; ".join(f"{label}: {_told(old)} → {_told(new)}" for label, old, new in pairs)


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return gettext("on") if value else gettext("off")
    if isinstance(value, int):
        return ngettext("%(n)s line", "%(n)s lines", value) % {"n": value}
    return value or "—"
