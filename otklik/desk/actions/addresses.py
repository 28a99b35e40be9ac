"""E-mails and phones of a card: the first ones and further ones, and to whom an address belongs (§4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.desk.errors import Refused, Taken
from otklik.desk.models import Contact, Employee
from otklik.desk.models.contact import phone_digits
from otklik.lib.text import clean, clean_name

# By field, with the characters of one.
FURTHER = {"further_emails": 254, "further_phones": 50}
MOST = 20
# Digits that make a number one of its own.
SHORTEST = 5
# What stands between several in one cell or line. A number may have an oblique stroke or spaces of its own.
BETWEEN = {"further_emails": r"[\s,;|]+", "further_phones": r"[,;|]+"}


def apart(name: str, text: str) -> list[str]:
    """The addresses or numbers of a text, each once."""
    found: list[str] = []
    for line in clean(text).splitlines():
        parts = [part for part in (clean_name(part, 301) for part in re.split(BETWEEN[name], line)) if part]
        found += _with_extensions(parts) if name == "further_phones" else parts
    return distinct(name, found)


def _with_extensions(parts: Iterable[str]) -> list[str]:
    """What has too few digits for a number, such as an extension, stays with the number before it in the line."""
    found: list[str] = []
    for part in parts:
        if found and len(phone_digits(part)) < SHORTEST:
            found[-1] += f", {part}"
        else:
            found.append(part)
    return found


def distinct(name: str, parts: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for part in filter(None, parts):
        key = part.lower() if name == "further_emails" else phone_digits(part) or part
        found.setdefault(key, part)
    return list(found.values())


def without_first(name: str, parts: Iterable[str], first: str) -> list[str]:
    """The further ones: those that are not the first one in another spelling; e-mails in lower case."""
    [_first, *rest] = distinct(name, [first or "\0", *parts])
    return [one.lower() for one in rest] if name == "further_emails" else rest


def checked(contact: Contact, name: str, text: str, by: Employee) -> list[str]:
    """What somebody typed, one a line, as it is stored on this card. Raises Refused, Taken."""
    parts, limit = apart(name, text), FURTHER[name]
    if len(parts) > MOST:
        raise Refused(name, _("At most %(limit)s fit here.") % {"limit": MOST})
    if any(len(part) > limit for part in parts):
        raise Refused(name, _("At most %(limit)s characters fit here.") % {"limit": limit})
    parts = without_first(name, parts, contact.email if name == "further_emails" else contact.phone)
    if name == "further_emails":
        for email in set(parts) - set(contact.further_emails):
            check_email(contact, email, name, by=by)
    return parts


def check_email(contact: Contact, value: str, field: str = "email", *, by: Employee) -> None:
    """§4.2: an address of another contact or of an employee cannot be given to a contact. Raises Refused, Taken; which
    card has it is told to whoever sees that (§4.4)."""
    try:
        validate_email(value)
    except ValidationError as error:
        raise Refused(
            field, _("This is not an e-mail address.") + ("" if field == "email" else f" ({value})")
        ) from error
    his = Q(user__email__iexact=value) | Q(further_emails__contains=[value.lower()])
    if Employee.objects.filter(his).exists():
        raise Refused(field, _("An employee has this address."))
    owners = Contact.objects.filter(
        Q(email__iexact=value) | (Q(further_emails__contains=[value.lower()]) & ~Q(further_emails=[]))
    )
    other = owners.filter(employee=None).exclude(pk=contact.pk).select_related("merged_into").order_by("pk").first()
    if other is None:
        return
    owner = other.merged_into or other
    if owner.pk == contact.pk:
        raise Refused(field, _("This contact has this address already, from a contact that was merged into it."))
    if not owner.is_visible_to(by):
        raise Refused(field, _("A contact whose card you do not see has this address."))
    raise Taken(field, _("Another contact has this address:"), owner.number)
