"""The same change of many cards that somebody has chosen in the list, each as if it were made on its own card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from otklik.desk.actions import contacts
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Contact, ContactTemplate, Employee

MOST = 200


@dataclass
class Done:
    """How many cards were changed, and which were left with the reason."""

    count: int = 0
    left: list[tuple[Contact, str]] = field(default_factory=list)


def set_company(chosen: Iterable[Contact], name: str, *, by: Employee) -> Done:
    """Where they work from now on, by its name as on a card; empty: nowhere."""

    def change(contact: Contact) -> Contact:
        if contact.template.is_company:
            raise Refused("company", _("A company belongs to no other."))
        return contacts.update(contact, by=by, fields={"company": name})

    return _each(chosen, change)


def set_template(chosen: Iterable[Contact], template: ContactTemplate, *, by: Employee) -> Done:
    return _each(chosen, lambda contact: contacts.change_template(contact, template, by=by))


def _each(chosen: Iterable[Contact], change: Callable[[Contact], Contact]) -> Done:
    done = Done()
    for contact in chosen:
        try:
            after = change(contact)
        except DeskError as error:
            done.left.append((contact, str(error)))
            continue
        if after.updated_at == contact.updated_at:
            done.left.append((contact, _("It is so already.")))
        else:
            done.count += 1
    return done
