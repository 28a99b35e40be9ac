"""Who sees a card into which others were merged: nobody who did not see all of them (§4.3, §4.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.actions import contact_access
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee, Merge

Access = dict[str, Any]


def of(contact: Contact) -> Access:
    """`is_restricted`, and `who` sees it then besides administrators."""
    who = contact_access.values_of(contact)["who"] if contact.is_restricted else []
    return {"is_restricted": contact.is_restricted, "who": who}


def check(contacts: Iterable[Contact], by: Employee) -> None:
    """Raises Refused where a merge would change who sees a card, and he does not set that."""
    first, *others = (of(contact) for contact in contacts)
    if not by.is_administrator and any(other != first for other in others):
        raise Refused("contacts", _("Not the same people see these cards: only an administrator merges them."))


def narrow(into: Contact, other: Contact) -> list[Access]:
    """Closes `into` as far as the other is closed: [before, after] for the merge to remember, or nothing."""
    before, its = of(into), of(other)
    if not its["is_restricted"]:
        return []
    who = [code for code in its["who"] if code in before["who"] or not before["is_restricted"]]
    after = {"is_restricted": True, "who": who}
    if after == before:
        return []
    _set(into, after)
    return [before, after]


def give_back(done: Merge, into: Contact) -> None:
    """As it was before that merge, when this tells nobody more than he may know: nobody has set it since, and no other
    closed card is a part of it. Else it stays closed."""
    before, after = done.moved.get("access") or (None, None)
    closed = Contact.objects.filter(merged_into=into, is_restricted=True)
    if before and of(into) == after and not closed.exists():
        _set(into, before)


def copy(old: Contact, new: Contact) -> None:
    if old.is_restricted:
        _set(new, of(old))


def _set(contact: Contact, access: Access) -> None:
    contact.is_restricted = access["is_restricted"]
    Contact.objects.filter(pk=contact.pk).update(is_restricted=contact.is_restricted)
    contact_access.put(contact, access["who"])
