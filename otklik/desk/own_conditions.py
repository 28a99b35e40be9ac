"""Contacts and tasks by the values of their own fields: words within a text, one of a list, or from and to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Case, DecimalField, F, Func, QuerySet, TextField, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from otklik.desk import own_fields
from otklik.desk.models import ContactField, Employee, TaskField

RANGES = ("number", "date")
LISTS = (*own_fields.WITH_CHOICES, "person")
# By which one can ask.
KINDS = ("text", *RANGES, *LISTS)


@dataclass(frozen=True)
class Condition:
    """Of one field; empty parts ask nothing."""

    field: ContactField | TaskField
    words: str = ""
    least: str = ""
    most: str = ""

    @property
    def given(self) -> dict[str, str]:
        """As an address says it."""
        key = own_fields.key(self.field)
        parts = {key: self.words, f"{key}-from": self.least, f"{key}-to": self.most}
        return {name: value for name, value in parts.items() if value}

    @property
    def choices(self) -> list[tuple[str, str]]:
        if self.field.kind == "person":
            people = Employee.objects.active().select_related("user").order_by("user__name", "pk")
            return [(str(one.pk), one.name) for one in people]
        return [(one, one) for one in self.field.choices]

    @property
    def told(self) -> str:
        """In words: `Train`, `“boxes”`, `100 – 200`, `from 100`."""
        if self.field.kind in RANGES:
            least, most = (own_fields.shown(self.field, one or None) for one in (self.least, self.most))
            if not most:
                return _("from %(least)s") % {"least": least}
            return f"{least} – {most}" if least else _("until %(most)s") % {"most": most}
        return dict(self.choices).get(self.words, self.words) if self.field.kind in LISTS else f"“{self.words}”"

    def owners(self) -> QuerySet[Any]:
        """Ids of the tasks or contacts whose values fit."""
        return self._fitting().values("task" if isinstance(self.field, TaskField) else "contact")

    def _fitting(self) -> QuerySet[Any]:
        values: QuerySet[Any] = self.field.values.all()
        kind = self.field.kind
        if kind == "text":
            values = values.alias(told=_text())
            return values.filter(told__icontains=self.words)
        if kind == "several":
            return values.filter(value__contains=[self.words])
        if kind in LISTS:
            return values.filter(value=int(self.words) if kind == "person" else self.words)
        # Values of other fields are no numbers, and the database may look at them first.
        told: Any = Cast(_text(), DecimalField(max_digits=40, decimal_places=12)) if kind == "number" else _text()
        values = values.alias(told=Case(When(field=self.field, then=told)))
        values = values.filter(told__gte=_bound(kind, self.least)) if self.least else values
        return values.filter(told__lte=_bound(kind, self.most)) if self.most else values


def read(given: Mapping[str, str], fields: Iterable[ContactField | TaskField]) -> tuple[Condition, ...]:
    """Those that ask something; nonsense counts as nothing."""
    found = []
    for field in fields:
        key = own_fields.key(field)
        parts = [given.get(name, "").replace("\0", "").strip()[:100] for name in (key, f"{key}-from", f"{key}-to")]
        condition = _of(field, *parts)
        if condition.given:
            found.append(condition)
    return tuple(found)


def _of(field: ContactField | TaskField, words: str, least: str, most: str) -> Condition:
    if field.kind in RANGES:
        least, most = ("" if _bound(field.kind, one) is None else one for one in (least, most))
        return Condition(field, "", least, most)
    if field.kind == "person" and not (words.isdecimal() and int(words) < 2**31):
        return Condition(field)
    return Condition(field, words if field.kind in KINDS else "")


def _bound(kind: str, words: str) -> Any:
    try:
        if kind == "date":
            return date.fromisoformat(words).isoformat()
        number = Decimal(words.replace(",", ".").replace(" ", ""))
        return number if number.is_finite() and abs(number) < Decimal(10) ** 18 else None
    except (ValueError, InvalidOperation):
        return None


def _text() -> Func:
    """A value without the quotes of JSON."""
    return Func(F("value"), template="(%(expressions)s #>> '{}')", output_field=TextField())
