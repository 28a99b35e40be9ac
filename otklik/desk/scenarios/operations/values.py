from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import own_fields
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee
from otklik.desk.models.own_field import OwnField

IN_DAYS = re.compile(r"\+\s*(\d{1,4})")
DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")


def as_value(field: OwnField, text: str) -> Any:
    """What a text means in this field: a day as 2026-12-31, 31.12.2026 or +3 for three days from now; several choices
    with commas between; a person by name or address, a contact by number or name. Empty is None. Raises Refused."""
    text = text.strip()
    if not text:
        return None
    if field.kind == "date":
        return _day(field, text)
    if field.kind == "several":
        return [part.strip() for part in text.split(",") if part.strip()]
    if field.kind == "number":
        return text.replace(",", ".").replace(" ", "").replace("\u00a0", "")
    if field.kind == "person":
        return _found(field, _person(text))
    return _found(field, _contact(text)) if field.kind == "contact" else text


def _day(field: OwnField, text: str) -> date:
    if later := IN_DAYS.fullmatch(text):
        return timezone.localdate() + timedelta(days=int(later[1]))
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text[:10], form).date()
        except ValueError:
            continue
    raise _fault(field)


def _person(text: str) -> int | None:
    people = Employee.objects.active()
    found = people.filter(user__email__iexact=text) | people.filter(user__name__iexact=text)
    return found.order_by("pk").values_list("pk", flat=True).first()


def _contact(text: str) -> int | None:
    people = Contact.objects.current()
    number = text.lstrip("№# ")
    # More digits than a number of ours can have are a phone number, or nothing.
    if number.isascii() and number.isdigit() and len(number) < 10:
        return people.filter(number=int(number)).values_list("pk", flat=True).first()
    return people.filter(name__iexact=text).order_by("pk").values_list("pk", flat=True).first()


def _found(field: OwnField, pk: int | None) -> int:
    if pk is None:
        raise _fault(field)
    return pk


def _fault(field: OwnField) -> Refused:
    return Refused(own_fields.key(field), _("This does not fit the field."))
