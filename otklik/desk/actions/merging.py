"""Two cards of one person become one, and come apart again at any later day (§4.3, S20, I7).

A merged contact's row stays with its own e-mail, phone and notes, which are further ones of the contact that it was
merged into; identities, tasks, roles and enquiries move. Its `Merge` remembers what has to go back. Locks are taken as
intake takes them: clients, e-mails, identities, contacts, tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions import merged_access
from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.actions.joining import bound_of, join_by_email, lock_clients, may_share
from otklik.desk.errors import Refused
from otklik.desk.models import (
    Contact,
    Distinct,
    Employee,
    Identity,
    Merge,
    ReplyTarget,
    ServiceEntry,
    Task,
    TaskMember,
)
from otklik.live.publish import publish

# More than a person can look through side by side.
MOST = 10


@transaction.atomic
def merge(into: Contact, others: Iterable[Contact], *, by: Employee, name: str = "") -> Contact:
    """Merges the others into the first; `name` is one of theirs, by default its own. What not everybody saw stays so.
    Raises Refused, when somebody has merged one of them in the meantime, too."""
    chosen = {into.pk, *(other.pk for other in others)}
    if not 2 <= len(chosen) <= MOST:
        raise Refused("contacts", _("Choose between two and %(most)s contacts.") % {"most": MOST})
    contacts = locked(chosen)
    if len(contacts) < len(chosen) or any(
        contact.merged_into_id or contact.employee_id for contact in contacts.values()
    ):
        raise Refused("contacts", _("One of these contacts has been merged in the meantime; choose again."))
    if not may_share(one for ids in bound_of(contacts).values() for one in ids):
        raise Refused("contacts", _("The site knows them as different clients: they are not one person."))
    merged_access.check(contacts.values(), by)
    into = contacts.pop(into.pk)
    if name and name not in {into.name, *(other.name for other in contacts.values())}:
        raise Refused("name", _("Choose one of their names."))

    changes: dict[str, Any] = {}
    tasks: list[int] = []
    for other in contacts.values():
        moved = take_all(other, into)
        tasks += moved["tasks"]
        if access := merged_access.narrow(into, other):
            moved["access"] = access
        if name == other.name != into.name:
            moved["name"] = [into.name, name, "name" in into.kept_fields]
            changes["name"] = [into.name, name]
            into.name, into.kept_fields = name, sorted({*into.kept_fields, "name"})
        Merge.objects.create(contact=other, into=into, by=by, moved=moved)
    into.updated_at = timezone.now()
    into.save(update_fields=["name", "kept_fields", "updated_at"])
    Distinct.objects.filter(one__in=chosen, other__in=chosen).delete()
    merged = [{"id": one.pk, "number": one.number, "name": one.name} for one in contacts.values()]
    record("contacts_merged", contact=into, by=by, contacts=merged, changes=changes)
    record_many(of_others(tasks, by=by))
    _tell_cards(contacts.values(), "contacts_merged")
    return into


@transaction.atomic
def unmerge(contact: Contact, *, by: Employee) -> Contact:
    """Takes the contact out again: its identities, tasks, roles and values are as they were; what came since stays with
    the identity to which it belongs. Remembered: no e-mail joins the two again. Raises Refused."""
    chain = _chain(contact)
    contacts = locked({one.contact_id for one in chain} | {one.into_id for one in chain})
    if not chain or [one.pk for one in chain] != [one.pk for one in _chain(contact)]:
        raise Refused("contacts", _("These contacts are separate already."))
    done, *outer = chain
    contact, into = contacts[done.contact_id], contacts[done.into_id]

    before = _tasks_of(contacts)
    # What a merge inside another one has to give back is known only without that one.
    for one in reversed(chain):
        _give_all_back(one)
    for one in outer:
        last = one.moved["last"]
        one.moved |= take_all(one.contact, one.into) | {"last": last}
        one.save(update_fields=["moved"])
    changes = _restore_name(done, into)
    merged_access.give_back(done, into)
    done.undone_by, done.undone_at = by, timezone.now()
    done.save(update_fields=["undone_by", "undone_at"])
    keep_apart(contact, into, by=by)
    record(
        "contacts_unmerged",
        contact=into,
        by=by,
        contacts=[{"id": contact.pk, "number": contact.number, "name": contact.name}],
        changes=changes,
    )
    record_many(of_others(sorted(task for task, _contact in _tasks_of(contacts) - before), by=by))
    _tell_cards([contact], "contacts_unmerged")
    return contact


@transaction.atomic
def say_distinct(one: Contact, other: Contact, *, by: Employee) -> None:
    """They are not the same person: neither suggested nor joined by an e-mail from now on."""
    if one.pk == other.pk:
        raise Refused("contacts", _("Choose two contacts."))
    if keep_apart(one, other, by=by):
        record("contacts_told_apart", contact=one, by=by, contacts=[{"id": other.pk, "name": other.name}])
        _tell_cards([other], "contacts_told_apart")


def of_others(tasks: Iterable[int], *, by: Employee | None = None) -> list[Happening]:
    """These tasks have another client now: pages that are open on them show him at once (I8)."""
    return [Happening("client_changed", task_id=task, actor_id=by.pk if by else None) for task in tasks]


def _tasks_of(contacts: Iterable[int]) -> set[tuple[int, int | None]]:
    return set(Task.objects.filter(contact__in=list(contacts)).values_list("pk", "contact"))


def _chain(contact: Contact) -> list[Merge]:
    """By which the contact was merged, then by which that one was merged into a further one, and so on."""
    chain: list[Merge] = []
    merges = Merge.objects.filter(undone_at__isnull=True).select_related("contact", "into")
    while done := merges.filter(contact=chain[-1].into_id if chain else contact.pk).first():
        chain.append(done)
    return chain


def keep_apart(one: Contact, other: Contact, *, by: Employee) -> bool:
    low, high = sorted([one.pk, other.pk])
    return Distinct.objects.get_or_create(one_id=low, other_id=high, defaults={"by": by})[1]


def are_distinct(one_id: int, other_id: int) -> bool:
    """Whether somebody has told these two apart, or contacts that were merged into them since."""
    ones, others = (Q(pk=pk) | Q(merged_into=pk) for pk in (one_id, other_id))
    first, second = (list(Contact.objects.filter(family).values_list("pk", flat=True)) for family in (ones, others))
    pairs = Q(one__in=first, other__in=second) | Q(one__in=second, other__in=first)
    return Distinct.objects.filter(pairs).exists()


def take_all(other: Contact, into: Contact) -> dict[str, Any]:
    """Moves everything of a contact whose locks are held; returns what goes back when that is undone."""
    identities = list(Identity.objects.filter(contact=other).order_by("pk").values_list("pk", flat=True))
    tasks = list(
        Task.objects.filter(contact=other).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    )
    entries = list(ServiceEntry.objects.filter(contact=other).values_list("pk", flat=True))
    merged = list(Contact.objects.filter(merged_into=other).values_list("pk", flat=True))
    # What has a later id came afterwards.
    last = {
        name: model.objects.filter(contact__in=[other, into]).aggregate(last=Max("pk"))["last"] or 0
        for name, model in (("identity", Identity), ("task", Task), ("entry", ServiceEntry))
    }

    Identity.objects.filter(pk__in=identities).update(contact=into)
    Task.objects.filter(pk__in=tasks).update(contact=into)
    ServiceEntry.objects.filter(pk__in=entries).update(contact=into)
    Contact.objects.filter(Q(pk__in=merged) | Q(pk=other.pk)).update(merged_into=into)
    members, dropped = _move_roles(other, into)
    return {
        "identities": identities,
        "tasks": tasks,
        "entries": entries,
        "last": last,
        "merged": merged,
        "members": members,
        "dropped": dropped,
    }


def _move_roles(other: Contact, into: Contact) -> tuple[list[list[int]], list[list[int]]]:
    """[task, role] that changed hands, and those that the other contact had as well."""
    held = set(TaskMember.objects.filter(contact=into).values_list("task", "role"))
    rows = list(TaskMember.objects.filter(contact=other))
    twice = [row for row in rows if (row.task_id, row.role_id) in held]
    moved = [row for row in rows if (row.task_id, row.role_id) not in held]
    TaskMember.objects.filter(pk__in=[row.pk for row in twice]).delete()
    TaskMember.objects.filter(pk__in=[row.pk for row in moved]).update(contact=into)
    return [[row.task_id, row.role_id] for row in moved], [[row.task_id, row.role_id] for row in twice]


def _give_all_back(done: Merge) -> None:
    contact, into, moved = done.contact, done.into, done.moved
    merged = list(Contact.objects.filter(merged_into=into, pk__in=moved["merged"]).values_list("pk", flat=True))
    addresses = [one.email.lower() for one in Contact.objects.filter(pk__in=[contact.pk, *merged]) if one.email]
    # A device that came since, and was joined by one of its addresses, is the contact's.
    its_own = Q(pk__in=moved["identities"]) | Q(linked_by__in=addresses, pk__gt=moved["last"]["identity"])
    identities = list(Identity.objects.filter(its_own, contact=into).values_list("pk", flat=True))
    mine = Task.objects.filter(contact=into).order_by("pk").select_for_update(of=("self",))
    tasks = list(mine.filter(pk__in=moved["tasks"]).values_list("pk", flat=True))
    own = _begun_since(done, identities)

    Identity.objects.filter(pk__in=identities).update(contact=contact)
    Task.objects.filter(pk__in=[*tasks, *own]).update(contact=contact)
    entries = Q(pk__in=moved["entries"]) | Q(identity__in=identities, pk__gt=moved["last"]["entry"])
    ServiceEntry.objects.filter(entries, contact=into).update(contact=contact)
    Contact.objects.filter(pk__in=merged).update(merged_into=contact)
    Contact.objects.filter(pk=contact.pk).update(merged_into=None)
    _give_roles_back(done, own)
    # A conversation that went on in a task of the other contact finds one of its own with its next message.
    strays = Q(identity__contact=contact, task__contact=into) | Q(identity__contact=into, task__contact=contact)
    ReplyTarget.objects.filter(strays, is_open=True).update(is_open=False)


def _begun_since(done: Merge, identities: list[int]) -> list[int]:
    """Tasks that came since and that one of these identities began."""
    since = Task.objects.filter(contact=done.into, pk__gt=done.moved["last"]["task"])
    begun_by = ReplyTarget.objects.filter(task__in=since).order_by("task", "pk").distinct("task")
    return [target.task_id for target in begun_by if target.identity_id in identities]


def _give_roles_back(done: Merge, own: list[int]) -> None:
    for task, role in done.moved["members"]:
        TaskMember.objects.filter(task=task, role=role, contact=done.into).update(contact=done.contact)
    TaskMember.objects.filter(task__in=own, contact=done.into).update(contact=done.contact)
    kept = set(Task.objects.filter(pk__in=[task for task, _role in done.moved["dropped"]]).values_list("pk", flat=True))
    again = [(task, role) for task, role in done.moved["dropped"] if task in kept]
    TaskMember.objects.bulk_create(
        [TaskMember(task_id=task, role_id=role, contact=done.contact) for task, role in again], ignore_conflicts=True
    )


def _restore_name(done: Merge, into: Contact) -> dict[str, Any]:
    """The name that the merge gave goes again, unless somebody has changed it since."""
    old, new, was_kept = done.moved.get("name") or ("", "", True)
    if not new or into.name != new:
        return {}
    into.name = old
    if not was_kept:
        into.kept_fields = [field for field in into.kept_fields if field != "name"]
    into.save(update_fields=["name", "kept_fields"])
    return {"name": [new, old]}


def locked(ids: set[int]) -> dict[int, Contact]:
    """The contacts, with all that intake would have to lock for a message of theirs."""
    while True:
        # Giving up a savepoint gives up the locks that were taken in it.
        savepoint = transaction.savepoint()
        clients = _clients_of(ids)
        lock_clients(clients)
        contacts = _lock_rows(ids)
        if _clients_of(ids) == clients:
            transaction.savepoint_commit(savepoint)
            return contacts
        # A device has come or gone before its contact was locked.
        transaction.savepoint_rollback(savepoint)


def _clients_of(ids: set[int]) -> set[tuple[int, str]]:
    return set(Identity.objects.filter(contact__in=ids).values_list("source", "remote_id"))


def _lock_rows(ids: set[int]) -> dict[int, Contact]:
    emails = Contact.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).exclude(email="")
    join_by_email([email.lower() for email in emails.values_list("email", flat=True)])
    list(Identity.objects.filter(contact__in=ids).order_by("pk").select_for_update().values_list("pk"))
    return {contact.pk: contact for contact in Contact.objects.filter(pk__in=ids).order_by("pk").select_for_update()}


def _tell_cards(contacts: Iterable[Contact], kind: str) -> None:
    """The event stands on one card; pages that show another one are told as well."""
    publish([f"contact:{contact.pk}" for contact in contacts], kind)
