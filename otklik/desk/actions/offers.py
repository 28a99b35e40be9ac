"""What a client said of a field that an employee has typed: it is offered beside it, until somebody answers (S19)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions import contacts
from otklik.desk.actions.events import record
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee

# Answered ones are kept so that they are not offered again; who changes his name all day fills no card.
MOST = 30

Offers = list[dict[str, Any]]


def is_new(offers: Offers, field: str, value: str) -> bool:
    return not any(offer["field"] == field and offer["value"] == value for offer in offers)


def add(offers: Offers, field: str, value: str, source: str, device: str) -> Offers:
    """The later word counts: it takes the place of an earlier one that nobody has answered."""
    kept = [offer for offer in offers if offer["answer"] or offer["field"] != field]
    at = timezone.now().isoformat()
    new = {"field": field, "value": value, "source": source, "device": device, "at": at, "answer": ""}
    return [*kept, new][-MOST:]


@transaction.atomic
def take_over(contact: Contact, *, by: Employee, field: str) -> Contact:
    """The card takes what the client said. Raises Refused, also where the value cannot stand on this card any more."""
    contact, offer = _open(contact, field)
    contact = contacts.update(contact, by=by, fields={field: offer["value"]}, source=offer["source"])
    return _answer(contact, offer, "taken")


@transaction.atomic
def dismiss(contact: Contact, *, by: Employee, field: str) -> Contact:
    """What the employee typed stays, and the same is not offered again."""
    contact, offer = _open(contact, field)
    record("offer_dismissed", contact=contact, by=by, field=field, value=offer["value"], source=offer["source"])
    return _answer(contact, offer, "dismissed")


def _open(contact: Contact, field: str) -> tuple[Contact, dict[str, Any]]:
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    for offer in contact.open_offers:
        if offer["field"] == field:
            return contact, offer
    raise Refused(field, _("Somebody has answered this already."))


def _answer(contact: Contact, offer: dict[str, Any], answer: str) -> Contact:
    same = (offer["field"], offer["value"])
    contact.offers = [
        one | {"answer": answer} if (one["field"], one["value"]) == same else one for one in contact.offers
    ]
    contact.save(update_fields=["offers"])
    return contact
