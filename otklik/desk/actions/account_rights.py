"""What the roles of the account let one do with it (§7): a technical administrator has the settings, and no data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.actions.people import ids
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee

Role = Employee.AccountRole


def roles_to_give(by: Employee) -> tuple[Employee.AccountRole, ...]:
    """The owner's role is handed over, never given."""
    return (Role.USER, Role.TECHNICIAN, Role.ADMINISTRATOR) if by.is_administrator else (Role.USER,)


def may_manage(employee: Employee, by: Employee) -> bool:
    """A technical administrator manages users and himself, none of those who manage the account with him."""
    if by.is_administrator:
        return True
    return by.manages_account and (employee.pk == by.pk or not employee.manages_account)


def may_identify(employee: Employee, by: Employee) -> bool:
    """By mail or by a link one signs in as that person, and sees what he sees: never a technical administrator; for
    the account's administrators only its owner sets it."""
    if by.role == Role.OWNER:
        return True
    return by.is_administrator and not employee.is_administrator


def people_fault(by: Employee, before: Iterable[str], after: Iterable[str]) -> str | None:
    """A sentence, where a technical administrator would come to tasks by a setting: himself, with a group of his, or as
    somebody whom he may have invited. Administrators see all tasks anyway. Codes as `people.choices` has them."""
    if by.is_administrator:
        return None
    before, after = list(before), list(after)
    persons = set(ids(after, "employee")) - set(ids(before, "employee"))
    groups = set(ids(after, "group")) - set(ids(before, "group"))
    if by.pk in persons or groups & set(by.groups.values_list("pk", flat=True)):
        return not_himself()
    see_not_all = Employee.objects.exclude(role__in=(Role.OWNER, Role.ADMINISTRATOR))
    if persons & set(see_not_all.values_list("pk", flat=True)):
        return _("A technical administrator names nobody new who comes to tasks by that: ask an administrator.")
    return None


def not_himself() -> str:
    return _("A technical administrator does not bring himself to tasks: ask an administrator.")


def check_brings_nobody(by: Employee, before: Iterable[str], after: Iterable[str], field: str) -> None:
    """As `people_fault` says. Raises Refused."""
    if sentence := people_fault(by, before, after):
        raise Refused(field, sentence)


def check_brings_none(by: Employee, before: Iterable[int], after: Iterable[int], field: str) -> None:
    """Who comes to a group comes to its tasks: administrators alone bring people there. Ids of groups, or of members.
    Raises Refused."""
    if not by.is_administrator and set(after) - set(before):
        raise Refused(field, _("An administrator adds people to groups: with a group one sees its tasks."))


def texts_of(value: Any) -> set[str]:
    """All texts inside plain values, such as those of a scenario's operations."""
    if isinstance(value, str):
        return {value}
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for one in inside for text in texts_of(one)}


def check_manages(by: Employee) -> None:
    """Raises NotAllowed."""
    if not by.manages_account:
        raise NotAllowed(_("Only administrators manage employees and groups."))
