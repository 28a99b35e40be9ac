"""Who sees a card, and for what its contact can be used in tasks (§4.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions import task_people
from otklik.desk.actions.events import record
from otklik.desk.actions.people import choices
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Contact, ContactAccess, Employee

FLAGS = ("is_restricted", "may_participate", "may_be_counterparty")
Values = dict[str, Any]


def values_of(contact: Contact) -> Values:
    """The flags, and `who`: employees and groups as `people.choices` names them."""
    rows = ContactAccess.objects.filter(contact=contact).values_list("employee", "group")
    who = sorted(task_people.Who(employee, group).code for employee, group in rows)
    return {name: getattr(contact, name) for name in FLAGS} | {"who": who}


@transaction.atomic
def change(contact: Contact, values: Values, *, seen: Values, by: Employee) -> None:
    """`values` as `values_of` gives them; `seen`: those that were shown. Administrators see every card. Raises
    NotAllowed, Outdated, Refused."""
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators set who sees a card."))
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.merged_into_id:
        raise Refused("who", _("This contact was joined with another one; change that card."))
    now = values_of(contact)
    others = {name: value for name, value in now.items() if seen.get(name) != value}
    if others:
        raise Outdated(_("Somebody else has changed the access meanwhile. This is how it is now:"), others)
    put(contact, values["who"])
    for name in FLAGS:
        setattr(contact, name, values[name])
    contact.save(update_fields=[*FLAGS])
    after = values_of(contact)
    if after != now:
        names = dict(choices([*now["who"], *after["who"]]))
        told = [one | {"who": [names.get(code, code) for code in one["who"]]} for one in (now, after)]
        record("contact_access", contact=contact, by=by, changes={"access": told})


def put(contact: Contact, codes: Iterable[str]) -> None:
    """Who sees it besides administrators, once it is restricted."""
    ContactAccess.objects.filter(contact=contact).delete()
    ContactAccess.objects.bulk_create(
        ContactAccess(contact=contact, employee_id=who.employee, group_id=who.group)
        for who in task_people.chosen(codes)
    )
