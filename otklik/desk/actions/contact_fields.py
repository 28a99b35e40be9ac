"""Own fields of contacts and companies: what an account wants to know of them (contracts/planfix-behaviour.md §4.5)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions.field_keeping import Keeper
from otklik.desk.models import Contact, ContactField, ContactValue
from otklik.desk.own_fields import Values, changed, in_words, shown

# What every card has; the log of a card would mix them up.
RESERVED = ("name", "email", "phone", "notes", "company")
_keeper = Keeper(ContactField, "contact_field", _("Only administrators change the fields of contacts."), RESERVED)
save, archive = _keeper.save, _keeper.archive


def offered() -> QuerySet[ContactField]:
    """Those of all templates."""
    return ContactField.objects.filter(archived_at=None)


def of_template(template_id: int) -> QuerySet[ContactField]:
    return offered().filter(Q(template=None) | Q(template=template_id))


def values_of(contact: Contact) -> Values:
    fields = of_template(contact.template_id)
    return dict(ContactValue.objects.filter(contact=contact, field__in=fields).values_list("field", "value"))


def words_of(contacts: Iterable[Contact], fields: Iterable[ContactField]) -> dict[int, dict[int, str]]:
    """{contact: {field: words}} with as many queries for many contacts as for one."""
    wanted = list(fields)
    if not wanted:
        return {}
    values = ContactValue.objects.filter(contact__in=contacts, field__in=wanted)
    return in_words(wanted, values.values_list("contact", "field", "value"))


def fill(contact: Contact, values: Values, *, seen: Values) -> dict[str, list[str]]:
    """Within the transaction of whoever has locked the contact: writes those of the values that differ from what was
    shown, `seen`; returns {name: [before, after]} in words. Raises Outdated, Refused with `field-<id>` as the field."""
    fields, now = {field.pk: field for field in of_template(contact.template_id)}, values_of(contact)
    wanted = changed(fields.values(), values, seen=seen, now=now)
    put(contact, wanted)
    return {fields[pk].name: [shown(fields[pk], now.get(pk)), shown(fields[pk], value)] for pk, value in wanted.items()}


def put(contact: Contact, values: Values) -> None:
    """Values that are known to fit; None takes one away."""
    gone = [pk for pk, value in values.items() if value is None]
    ContactValue.objects.filter(contact=contact, field__in=gone).delete()
    for pk, value in values.items():
        if value is not None:
            ContactValue.objects.update_or_create(contact=contact, field_id=pk, defaults={"value": value})
