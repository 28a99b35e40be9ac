"""Values of own fields as tables write them: an employee by his name or e-mail, a day in the usual ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.desk import own_fields
from otklik.desk.errors import Refused
from otklik.desk.models import Employee
from otklik.desk.models.own_field import OwnField

# What a cell can say; a contact would have to be looked for with each row.
KINDS = ("text", "number", "date", "choice", "several", "person")
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")


class Texts:
    """Reads cells of these fields, with one query for all."""

    def __init__(self, fields: Iterable[OwnField]) -> None:
        self.people: dict[str, int] = {}
        if any(field.kind == "person" for field in fields):
            for one in Employee.objects.active().select_related("user").order_by("-pk"):
                self.people[one.name.casefold()] = self.people[one.user.email.casefold()] = one.pk

    def value(self, field: OwnField, text: str) -> Any:
        """As it is stored; None for an empty cell. Raises Refused, which names the field and what was written."""
        try:
            return own_fields.checked(field, self._read(field, text.strip())) if text.strip() else None
        except (Refused, ValueError) as error:
            told = {"field": field.name, "value": text.strip()[:60]}
            raise Refused(own_fields.key(field), _("%(field)s: “%(value)s” does not fit.") % told) from error

    def _read(self, field: OwnField, text: str) -> Any:
        if field.kind == "number":
            return re.sub(r"\s", "", text).replace(",", ".")
        if field.kind == "date":
            return _day(text)
        if field.kind == "choice":
            return _choice(field, text)
        if field.kind == "several":
            return [_choice(field, text)] if text in field.choices else [_choice(field, one) for one in _parts(text)]
        if field.kind == "person":
            return self.people.get(text.casefold(), "nobody")
        return text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|\n]", text) if part.strip()]


def _choice(field: OwnField, text: str) -> str:
    return next((one for one in field.choices if one.casefold() == text.casefold()), text)


def _day(text: str) -> str:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError
