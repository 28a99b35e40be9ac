"""Own fields of contacts and companies: what an account wants to know of them (contracts/planfix-behaviour.md §4.5)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Contact, ContactField, ContactTemplate, ContactValue, Employee
from otklik.desk.own_fields import Values, changed, check_new, checked_choices, checked_name, shown

# What every card has; the log of a card would mix them up.
RESERVED = ("name", "email", "phone", "notes", "company")


def offered() -> QuerySet[ContactField]:
    """Those of all templates."""
    return ContactField.objects.filter(archived_at=None)


def of_template(template_id: int) -> QuerySet[ContactField]:
    return offered().filter(Q(template=None) | Q(template=template_id))


@transaction.atomic
def save(
    field: ContactField | None,
    *,
    name: str,
    kind: str,
    choices: list[str],
    template: ContactTemplate | None,
    by: Employee,
) -> ContactField:
    """Makes a field, or changes one, whose kind and template stay. Raises NotAllowed, Refused."""
    _check_right(by)
    others = list(ContactField.objects.select_for_update().order_by("pk"))
    if field is None:
        check_new(kind, others)
        field = ContactField(kind=kind, template=template, place=max((one.place for one in others), default=0) + 1)
    field.name = checked_name(name, [one for one in others if one.pk != field.pk], RESERVED)
    field.choices = checked_choices(field, choices)
    is_new = field.pk is None
    field.save()
    record("contact_field_made" if is_new else "contact_field_changed", by=by, field=field.pk, name=field.name)
    return field


@transaction.atomic
def archive(field: ContactField, *, is_wanted: bool, by: Employee) -> None:
    """An archived field is offered no more; its values stay and come back with it. Raises NotAllowed."""
    _check_right(by)
    ContactField.objects.filter(pk=field.pk).update(archived_at=timezone.now() if is_wanted else None)
    record("contact_field_archived" if is_wanted else "contact_field_restored", by=by, field=field.pk, name=field.name)


def values_of(contact: Contact) -> Values:
    fields = of_template(contact.template_id)
    return dict(ContactValue.objects.filter(contact=contact, field__in=fields).values_list("field", "value"))


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


def _check_right(by: Employee) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change the fields of contacts."))
