from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from otklik.desk.models import Contact, Employee

register = template.Library()


@register.filter
def field_name(key: str) -> str:
    """What a field of a contact's card is called; a property of a site keeps its own name."""
    known = {"name": _("Name"), "email": _("E-mail"), "phone": _("Phone"), "notes": _("Notes"), "company": _("Company")}
    known |= {"template": _("Template"), "access": _("Access rights")}
    known |= {"further_emails": _("Further e-mails"), "further_phones": _("Further phones")}
    return known.get(key, key)


@register.filter
def employer_for(contact: Contact, employee: Employee) -> Contact | None:
    return contact.employer_for(employee)


@register.filter
def of_key(found: dict[int, Any], key: int) -> Any:
    return found.get(key)


@register.filter
def at(found: list[Any], place: int) -> Any:
    return found[place]
