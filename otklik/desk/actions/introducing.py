from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from otklik.desk.actions.events import Happening
from otklik.desk.actions.incoming import Person
from otklik.desk.actions.joining import join_by_email
from otklik.desk.models import Contact, Identity, ReplyTarget, ServiceEntry, Task, TaskMember

if TYPE_CHECKING:
    from otklik.desk.actions.clients import Client


def hear(client: Client, person: Person, label: str, happenings: list[Happening]) -> None:
    """What `clients.hear` promises; one identity at a time, because people introduce themselves rarely."""
    identity = Identity.objects.select_for_update().get(pk=client.identity_id)
    had_email = identity.email
    identity.name = person.name or identity.name
    identity.email = person.email or identity.email
    identity.device = person.device or identity.device
    # By `update`: inside the inbox's pipeline nobody knows yet how many rows were written, and `save` wants to.
    Identity.objects.filter(pk=identity.pk).update(name=identity.name, email=identity.email, device=identity.device)

    if person.email and person.email != had_email:
        _join(identity, had_email, happenings)
    changes = _update_card(Contact.objects.select_for_update().get(pk=identity.contact_id), identity, person, had_email)
    if changes:
        happenings.append(
            Happening("contact_updated", contact_id=identity.contact_id, data={"changes": changes, "source": label})
        )
    client.contact_id, client.name, client.email = identity.contact_id, identity.name, identity.email


def _join(identity: Identity, had_email: str, happenings: list[Happening]) -> None:
    """Moves the identity to the contact that has its new address, if there is one that it may be joined to."""
    to_id = join_by_email([identity.email]).contacts.get(identity.email)
    from_id = identity.contact_id
    if to_id is None or to_id == from_id or identity.not_linked_by == identity.email:
        return
    alone = not Identity.objects.filter(contact_id=from_id).exclude(pk=identity.pk).exists()
    nobody_yet = alone and not Contact.objects.get(pk=from_id).email and not had_email
    identity.contact_id, identity.linked_by = to_id, identity.email
    Identity.objects.filter(pk=identity.pk).update(contact_id=to_id, linked_by=identity.email)
    happenings.append(
        Happening(
            "contacts_joined",
            contact_id=to_id,
            data={"from": from_id, "identity": identity.pk, "email": identity.email},
        )
    )
    if nobody_yet:
        _follow(identity, from_id, to_id)
    else:
        # The contact has another address or other devices and stays who he is, with his tasks; only this device goes on
        # elsewhere, in a task of its new contact.
        ReplyTarget.objects.filter(identity=identity, is_open=True).update(is_open=False)


def _follow(identity: Identity, from_id: int, to_id: int) -> None:
    """A nameless contact was only this device: its tasks go with it, both conversations stay where they are."""
    tasks = list(
        Task.objects.filter(contact_id=from_id).order_by("pk").select_for_update().values_list("pk", flat=True)
    )
    Task.objects.filter(pk__in=tasks).update(contact_id=to_id)
    TaskMember.objects.filter(contact_id=from_id).update(contact_id=to_id)
    ServiceEntry.objects.filter(identity=identity).update(contact_id=to_id)
    Contact.objects.filter(pk=from_id).update(merged_into_id=to_id)


def _update_card(contact: Contact, identity: Identity, person: Person, had_email: str) -> dict[str, Any]:
    """What the card learns: {field: [old, new]}."""
    wanted = {"name": person.name, "phone": person.phone, "email": _card_email(contact, identity, person, had_email)}
    changes: dict[str, Any] = {}
    for name, value in wanted.items():
        if value and value != getattr(contact, name) and name not in contact.kept_fields:
            changes[name] = [getattr(contact, name), value]
            setattr(contact, name, value)
    for key, value in person.properties.items():
        if contact.properties.get(key) != value:
            changes[key] = [contact.properties.get(key), value]
            contact.properties[key] = value
    if changes:
        Contact.objects.filter(pk=contact.pk).update(
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            properties=contact.properties,
            updated_at=timezone.now(),
        )
    return changes


def _card_email(contact: Contact, identity: Identity, person: Person, had_email: str) -> str:
    """The new address for the card, unless it belongs to an employee or the card's address came from another device."""
    if not person.email or contact.email.lower() not in ("", had_email):
        return ""
    taken = join_by_email([person.email])
    if person.email in taken.employees or taken.contacts.get(person.email, contact.pk) != contact.pk:
        return ""
    return person.email
