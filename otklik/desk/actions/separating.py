"""One device is taken off a card: somebody else writes from it (I7). The opposite of joining it by an e-mail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions import merged_access, merging
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee, Identity, Merge, ReplyTarget, ServiceEntry, Task, TaskMember
from otklik.lib.pg import run


@transaction.atomic
def separate(identity: Identity, *, by: Employee) -> Contact:
    """Gives the device a card of its own, with the tasks that it began and its enquiries. Remembered: the same e-mail
    does not join it again. Raises Refused when it is alone on its card, or has another one meanwhile."""
    shown = identity.contact_id
    merging.locked({shown})
    identity = Identity.objects.get(pk=identity.pk)
    if identity.contact_id != shown or not Identity.objects.filter(contact=shown).exclude(pk=identity.pk).exists():
        raise Refused("identity", _("This device is not together with others on this card any more."))
    if came_by := _merge_of(identity):
        # With it came the card that it had before: that one is there again.
        card = merging.unmerge(came_by.contact, by=by)
        told_apart = {"linked_by": "", "not_linked_by": came_by.email, "separated_from": shown}
        Identity.objects.filter(pk=identity.pk).update(**told_apart)
        return card
    record_many(take_out(identity, by=by))
    merging.keep_apart(Contact(pk=shown), Contact(pk=identity.contact_id), by=by)
    return Contact.objects.get(pk=identity.contact_id)


def _merge_of(identity: Identity) -> Merge | None:
    """By which an e-mail brought this device alone to its card."""
    merges = Merge.objects.filter(into=identity.contact_id, by=None, undone_at=None)
    return next((done for done in merges if done.moved["identities"] == [identity.pk]), None)


@transaction.atomic
def put_back(identity: Identity, *, by: Employee) -> Contact:
    """It was the same person after all: the two cards are merged. Raises Refused."""
    old = identity.separated_from
    if old is None or (old.merged_into_id or old.pk) == identity.contact_id:
        raise Refused("identity", _("This device is on that card already."))
    into = merging.merge(old.merged_into or old, [identity.contact], by=by)
    Identity.objects.filter(pk=identity.pk).update(not_linked_by="", separated_from=None)
    return into


def take_out(identity: Identity, *, by: Employee | None = None) -> list[Happening]:
    """Moves an identity whose locks are held to a contact of its own; gives the events of it. `by` None: its site has
    said that it is somebody else."""
    old = Contact.objects.get(pk=identity.contact_id)
    new = _new_contact(identity, old)
    tasks = _begun_by(identity, old)
    Identity.objects.filter(pk=identity.pk).update(
        contact=new, linked_by="", not_linked_by=identity.linked_by or identity.email, separated_from=old
    )
    Task.objects.filter(pk__in=tasks).update(contact=new)
    TaskMember.objects.filter(task__in=tasks, contact=old).update(contact=new)
    ServiceEntry.objects.filter(identity=identity).update(contact=new)
    # Where it wrote in a task of the others, its next message finds a task of its own, and theirs likewise.
    others_here = ReplyTarget.objects.filter(task__in=tasks).exclude(identity=identity)
    it_elsewhere = ReplyTarget.objects.filter(identity=identity).exclude(task__in=tasks)
    for strays in (others_here, it_elsewhere):
        strays.filter(is_open=True).update(is_open=False)
    identity.contact_id, identity.linked_by = new.pk, ""
    told: dict[str, Any] = {"device": identity.device or identity.name}
    who = by.pk if by else None
    return [
        Happening("device_separated", contact_id=here.pk, actor_id=who, data=told | {"contacts": [_named(there)]})
        for here, there in ((old, new), (new, old))
    ] + merging.of_others(tasks, by=by)


def _new_contact(identity: Identity, old: Contact) -> Contact:
    """Its e-mail stays with the card that has it."""
    [(pk, number)] = run("SELECT nextval('desk_contact_id_seq'), nextval('desk_contact_number_seq')")
    made_up = old.made_up_name if identity.name == old.made_up_name else ""
    new = Contact(pk=pk, number=number, template_id=old.template_id, name=identity.name, made_up_name=made_up)
    Contact.objects.bulk_create([new])
    merged_access.copy(old, new)
    return new


def _begun_by(identity: Identity, old: Contact) -> list[int]:
    begun = ReplyTarget.objects.filter(task__contact=old).order_by("task", "pk").distinct("task")
    tasks = [target.task_id for target in begun if target.identity_id == identity.pk]
    return list(Task.objects.filter(pk__in=tasks).order_by("pk").select_for_update().values_list("pk", flat=True))


def _named(contact: Contact) -> dict[str, Any]:
    return {"id": contact.pk, "number": contact.number, "name": contact.name}
