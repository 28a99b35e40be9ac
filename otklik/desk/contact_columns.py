"""Columns of the list of contacts: those that all contacts have, and the account's own fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.desk import own_fields
from otklik.desk.models import ContactField, Employee

OF_ALL = {
    "email": _("E-mail"),
    "phone": _("Phone"),
    "company": _("Company"),
    "tasks": _("Tasks"),
    "latest": _("Last activity"),
    "since": _("In the base since"),
}
# Which one sees until he chooses.
USUAL = tuple(OF_ALL)


@dataclass(frozen=True)
class Column:
    key: str
    name: Any
    is_chosen: bool
    field: ContactField | None = None


def columns(employee: Employee, fields: Iterable[ContactField]) -> list[Column]:
    """All that there are; chosen are those that he keeps, of which a field may have gone meanwhile."""
    kept = USUAL if employee.contact_columns is None else employee.contact_columns
    known = [Column(key, name, key in kept) for key, name in OF_ALL.items()]
    return known + [Column(key := own_fields.key(one), one.name, key in kept, one) for one in fields]


def choose(employee: Employee, keys: Sequence[str], fields: Iterable[ContactField]) -> None:
    """What he wants to see from now on; what there is not is left out. None at all is a choice as well."""
    there = {*OF_ALL, *(own_fields.key(one) for one in fields)}
    employee.contact_columns = [key for key in dict.fromkeys(keys) if key in there]
    employee.save(update_fields=["contact_columns"])
