from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from otklik.desk.actions import merged_access, offers, separating
from otklik.desk.actions.events import Happening
from otklik.desk.actions.incoming import Person
from otklik.desk.actions.joining import bound_of, join_by_email, may_share
from otklik.desk.actions.merging import are_distinct, of_others, take_all
from otklik.desk.models import Contact, Identity, Merge, ReplyTarget

if TYPE_CHECKING:
    from otklik.desk.actions.clients import Client


def hear(client: Client, person: Person, label: str, happenings: list[Happening]) -> None:
    """What `clients.hear` promises; one identity at a time, because people introduce themselves rarely."""
    identity = Identity.objects.select_for_update().get(pk=client.identity_id)
    had_email = identity.email
    identity.name = person.name or identity.name
    identity.email = person.email or identity.email
    identity.device = person.device or identity.device
    is_newly_bound = person.is_bound and not identity.is_bound
    identity.is_bound = person.is_bound or identity.is_bound
    # By `update`: inside the inbox's pipeline nobody knows yet how many rows were written, and `save` wants to.
    Identity.objects.filter(pk=identity.pk).update(
        name=identity.name, email=identity.email, device=identity.device, is_bound=identity.is_bound
    )
    if is_newly_bound and not _may_stay(identity):
        happenings += separating.take_out(identity)

    if person.email and person.email != had_email:
        _join(identity, had_email, happenings)
    card = Contact.objects.select_for_update().get(pk=identity.contact_id)
    changes, offered = _update_card(card, identity, person, had_email, label)
    if changes or offered:
        told = {"changes": changes, "offered": offered, "source": label, "device": identity.device}
        happenings.append(Happening("contact_updated", contact_id=identity.contact_id, data=told))
    client.contact_id, client.name, client.email = identity.contact_id, identity.name, identity.email


def _may_stay(identity: Identity) -> bool:
    return may_share(bound_of([identity.contact_id]).get(identity.contact_id, ()))


def _join(identity: Identity, had_email: str, happenings: list[Happening]) -> None:
    """Moves the identity to the contact that has its new address, if there is one that it may be joined to."""
    to_id = join_by_email([identity.email]).contacts.get(identity.email)
    from_id = identity.contact_id
    if to_id is None or to_id == from_id or _is_told_apart(identity, to_id):
        return
    alone = not Identity.objects.filter(contact_id=from_id).exclude(pk=identity.pk).exists()
    card = Contact.objects.get(pk=from_id) if alone else None
    nobody_yet = card is not None and not card.email and not had_email
    if card and nobody_yet:
        happenings += _follow(identity, card, to_id)
    identity.contact_id, identity.linked_by = to_id, identity.email
    Identity.objects.filter(pk=identity.pk).update(contact_id=to_id, linked_by=identity.email)
    happenings.append(
        Happening(
            "contacts_joined",
            contact_id=to_id,
            data={"from": from_id, "identity": identity.pk, "email": identity.email},
        )
    )
    if not nobody_yet:
        # The contact has another address or other devices and stays who he is, with his tasks; only this device goes on
        # elsewhere, in a task of its new contact.
        ReplyTarget.objects.filter(identity=identity, is_open=True).update(is_open=False)


def _follow(identity: Identity, card: Contact, to_id: int) -> list[Happening]:
    """A nameless contact was only this device: it is merged, its tasks go with it, both conversations stay where they
    are."""
    moved = take_all(card, Contact(pk=to_id))
    if card.is_restricted and (access := merged_access.narrow(Contact.objects.get(pk=to_id), card)):
        moved["access"] = access
    Merge.objects.bulk_create([Merge(contact=card, into_id=to_id, email=identity.email, moved=moved)])
    return of_others(moved["tasks"])


def _is_told_apart(identity: Identity, to_id: int) -> bool:
    if identity.not_linked_by == identity.email or are_distinct(identity.contact_id, to_id):
        return True
    mine = [(identity.source_id, identity.remote_id)] if identity.is_bound else []
    return not may_share([*bound_of([to_id]).get(to_id, ()), *mine])


def _update_card(
    contact: Contact, identity: Identity, person: Person, had_email: str, label: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the card learns, and what is offered beside a value that an employee has typed: {field: [old, new]} each."""
    wanted = {"name": person.name, "phone": person.phone, "email": _card_email(contact, person, had_email)}
    changes: dict[str, Any] = {}
    offered: dict[str, Any] = {}
    for name, value in wanted.items():
        if not value or value == getattr(contact, name):
            continue
        if name not in contact.kept_fields:
            changes[name] = [getattr(contact, name), value]
            setattr(contact, name, value)
        elif offers.is_new(contact.offers, name, value):
            offered[name] = [getattr(contact, name), value]
            contact.offers = offers.add(contact.offers, name, value, label, identity.device)
    for key, value in person.properties.items():
        if contact.properties.get(key) != value:
            changes[key] = [contact.properties.get(key), value]
            contact.properties[key] = value
    if changes or offered:
        Contact.objects.filter(pk=contact.pk).update(
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            properties=contact.properties,
            offers=contact.offers,
            updated_at=timezone.now(),
        )
    return changes, offered


def _card_email(contact: Contact, person: Person, had_email: str) -> str:
    """The new address for the card, unless it belongs to an employee or to a contact, or the card's address came from
    another device."""
    if not person.email or person.email == contact.email.lower():
        return ""
    if "email" not in contact.kept_fields and contact.email.lower() not in ("", had_email):
        return ""
    taken = join_by_email([person.email])
    return "" if person.email in taken.employees or person.email in taken.contacts else person.email
