"""Values of a condition as they are typed and chosen, as they are stored, and as they are shown (§11.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from otklik.desk.errors import Refused
from otklik.desk.models import Contact
from otklik.desk.scenarios.conditions import MOST_TEXT, Field, comparable, fields
from otklik.desk.scenarios.conditions.operators import (
    CONTACT,
    DATE,
    DAYS,
    FIELD,
    NOTHING,
    NUMBER,
    ONE,
    TWO,
    Operator,
    is_day,
    is_number,
)  # fmt: skip

MOST_DAYS = 3650


def checked(key: str, field: Field, operator: Operator, given: Sequence[str]) -> list[str]:
    """`given`: without empty ones. Raises Refused."""
    if operator.takes == NOTHING:
        return []
    if not given:
        raise Refused("values", _("Choose at least one value."))
    if operator.takes == FIELD:
        if given[0] not in comparable(key, field, fields()):
            raise Refused("values", _("Choose the field."))
        return [given[0]]
    if operator.takes == DAYS:
        return [_days(given[0])]
    values = [_stored(field, value) for value in given]
    if operator.takes == TWO:
        return _ends(field, values)
    return values[:1] if operator.takes == ONE else list(dict.fromkeys(values))


def _days(text: str) -> str:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= MOST_DAYS):
        raise Refused("values", _("Write a number of days, 0 to %(limit)s.") % {"limit": MOST_DAYS})
    return str(int(text))


def _ends(field: Field, values: list[str]) -> list[str]:
    if len(values) < 2:
        raise Refused("values", _("Write both values."))
    ends = values[:2]
    return sorted(ends, key=float) if field.kind == NUMBER else sorted(ends)


def _stored(field: Field, value: str) -> str:
    if field.kind == NUMBER:
        if not is_number(value):
            raise Refused("values", _("Write a number."))
        return value.replace(",", ".")
    if field.kind == DATE:
        if not is_day(value):
            raise Refused("values", _("Choose a day."))
        return value
    if field.kind == CONTACT:
        return _contact(value)
    if field.choices is not None and value not in [choice for choice, _name in field.choices()]:
        raise Refused("values", _("One of these values is not there any more."))
    if len(value) > MOST_TEXT:
        raise Refused("values", _("At most %(limit)s characters fit here.") % {"limit": MOST_TEXT})
    return value


def _contact(text: str) -> str:
    """By number, as it is shown, by name or by e-mail; stored is the number."""
    people = Contact.objects.current()
    number = text.lstrip("№# ").split(" ")[0]
    # More digits than a number of ours can have are a phone number, or nothing.
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = people.filter(number=int(number))
    else:
        found = people.filter(name__iexact=text) | people.filter(email__iexact=text)
    one = found.order_by("pk").first()
    if one is None:
        raise Refused("values", _("There is no contact “%(name)s”. Write his number, name or e-mail.") % {"name": text})
    return str(one.number)


def shown(field: Field, values: Sequence[str]) -> list[str]:
    """As they are typed again."""
    if field.kind != CONTACT:
        return list(values)
    names = contacts(values)
    return [names.get(value, value) for value in values]


def contacts(values: Iterable[str]) -> dict[str, str]:
    """Names of contacts, with their numbers before them, by the number."""
    numbers = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10}
    found = Contact.objects.filter(number__in=numbers) if numbers else []
    return {str(one.number): f"№ {one.number} {one.name}" for one in found}
