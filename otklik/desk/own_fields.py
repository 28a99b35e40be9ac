"""Kinds of own fields, of tasks and of contacts alike: what fits them, and how it is told in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.errors import Outdated, Refused
from otklik.desk.models import Contact, Employee
from otklik.desk.models.own_field import OwnField
from otklik.lib.text import clean, clean_name

KINDS = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
    "choice": gettext_lazy("One of a list"),
    "several": gettext_lazy("Several of a list"),
    "person": gettext_lazy("Employee"),
    "contact": gettext_lazy("Contact"),
}
WITH_CHOICES = ("choice", "several")
NAME_LIMIT, TEXT_LIMIT, CHOICE_LIMIT = 60, 1000, 100
MOST, MOST_CHOICES = 50, 100
# By the field's id; what is not there is empty.
Values = dict[int, Any]


def key(field: OwnField) -> str:
    """By which forms, tables and lists know a field."""
    return f"field-{field.pk}"


def checked(field: OwnField, value: Any) -> Any:
    """As it is stored; None for an empty one. Raises Refused with `field-<id>` as the field."""
    if value in (None, "", []):
        return None
    fault = Refused(key(field), _("This does not fit the field."))
    if field.kind == "text":
        text = clean(str(value)).strip()
        if len(text) > TEXT_LIMIT:
            raise fault
        return text or None
    try:
        return _CHECKS[field.kind](field, value)
    except (ValueError, InvalidOperation) as error:
        raise fault from error


def changed(fields: Iterable[OwnField], values: Values, *, seen: Values, now: Values) -> Values:
    """Those of the values that are new, as they are stored. `seen`: what was shown; whatever somebody else has changed
    since raises Outdated, and what fits no more but is not touched stays. Raises Refused."""
    by_id = {field.pk: field for field in fields}
    given = {pk: value for pk, value in values.items() if pk in by_id and value not in (seen.get(pk), now.get(pk))}
    wanted = {pk: checked(by_id[pk], value) for pk, value in given.items()}
    wanted = {pk: value for pk, value in wanted.items() if value not in (seen.get(pk), now.get(pk))}
    others = {str(pk): now.get(pk) for pk in wanted if seen.get(pk) != now.get(pk)}
    if others:
        raise Outdated(_("Somebody else changed these fields meanwhile."), others)
    return wanted


def shown(field: OwnField, value: Any) -> str:
    """In words; empty for nothing."""
    return in_words([field], [(0, field.pk, value)]).get(0, {}).get(field.pk, "")


def in_words(fields: Iterable[OwnField], values: Iterable[tuple[int, int, Any]]) -> dict[int, dict[int, str]]:
    """{owner: {field: words}} of (owner, field, value), with two queries for all names."""
    by_id, told = {field.pk: field for field in fields}, [row for row in values if row[2] is not None]
    named = {kind: {row[2] for row in told if row[1] in by_id and by_id[row[1]].kind == kind} for kind in _NAMED}
    employees = Employee.objects.select_related("user").in_bulk(named["person"]) if named["person"] else {}
    contacts = Contact.objects.in_bulk(named["contact"]) if named["contact"] else {}
    found: dict[int, dict[int, str]] = {}
    for owner, pk, value in told:
        if field := by_id.get(pk):
            people: dict[Any, Any] = employees if field.kind == "person" else contacts
            words = str(people.get(value, "")) if field.kind in _NAMED else _words(field, value)
            found.setdefault(owner, {})[pk] = words
    return found


def checked_name(name: str, others: Iterable[OwnField], reserved: Iterable[str] = ()) -> str:
    """Raises Refused; two fields that one offers side by side have different names."""
    name = clean_name(name, NAME_LIMIT + 1)
    if not name:
        raise Refused("name", _("Give the field a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    if name.casefold() in {*(one.name.casefold() for one in others), *(one.casefold() for one in reserved)}:
        raise Refused("name", _("There is a field with this name already."))
    return name


def checked_choices(field: OwnField, choices: Iterable[str]) -> list[str]:
    """Nothing for a field in which one does not choose. Raises Refused."""
    if field.kind not in WITH_CHOICES:
        return []
    found = list(dict.fromkeys(choice for one in choices if (choice := clean_name(one, CHOICE_LIMIT + 1))))
    if len(found) < 1 or len(found) > MOST_CHOICES or any(len(one) > CHOICE_LIMIT for one in found):
        limits = {"most": MOST_CHOICES, "limit": CHOICE_LIMIT}
        raise Refused("choices", _("Write 1 to %(most)s choices of at most %(limit)s characters.") % limits)
    return found


def check_new(kind: str, others: Sequence[OwnField]) -> None:
    """Whether there is room for one more, of this kind. Raises Refused."""
    if kind not in KINDS:
        raise Refused("kind", _("Choose a kind."))
    if len(others) >= MOST:
        raise Refused("name", _("There are at most %(limit)s fields.") % {"limit": MOST})


def _number(field: OwnField, value: Any) -> str:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValueError
    return format(number.normalize(), "f")


def _day(field: OwnField, value: Any) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _choice(field: OwnField, value: Any) -> str:
    if value not in field.choices:
        raise ValueError
    return str(value)


def _several(field: OwnField, value: Any) -> list[str]:
    if any(one not in field.choices for one in value):
        raise ValueError
    return [one for one in field.choices if one in value]


def _person(field: OwnField, value: Any) -> int:
    return int(Employee.objects.active().filter(pk=int(value)).values_list("pk", flat=True).first() or _nobody())


def _contact(field: OwnField, value: Any) -> int:
    return int(Contact.objects.current().filter(pk=int(value)).values_list("pk", flat=True).first() or _nobody())


def _nobody() -> int:
    raise ValueError


_CHECKS = {
    "number": _number, "date": _day, "choice": _choice, "several": _several, "person": _person, "contact": _contact,
}  # fmt: skip
_NAMED = ("person", "contact")


def _words(field: OwnField, value: Any) -> str:
    if field.kind == "date":
        return date_format(date.fromisoformat(value), "d.m.Y")
    return ", ".join(value) if field.kind == "several" else str(value)
