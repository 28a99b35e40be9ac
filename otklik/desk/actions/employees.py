"""Who works here, and with which role of the account (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from otklik.desk.actions import managers, own_statuses
from otklik.desk.actions.account_rights import (
    check_brings_none,
    check_manages,
    may_identify,
    may_manage,
    not_himself,
    roles_to_give,
)
from otklik.desk.actions.events import record
from otklik.desk.actions.invitations import NAME_LIMIT
from otklik.desk.actions.releasing import release
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Group
from otklik.lib.text import clean_name
from otklik.live.publish import publish
from otklik.people.models import User

PHONE_LIMIT = 50
PERSON = ("name", "email", "language", "timezone")
# By them he is known and gets in.
IDENTITY = ("name", "email")


@transaction.atomic
def change(
    employee: Employee,
    *,
    by: Employee,
    role: str,
    position: str,
    groups: Sequence[Group],
    person: Mapping[str, str] | None = None,
    phone: str | None = None,
    manager: managers.Choice | None = None,
) -> Employee:
    """The account owner stays the owner until he hands the account over. `person`: those of PERSON that are given;
    `manager` None: he stays. Raises NotAllowed, Outdated, Refused."""
    if manager:
        managers.hold()
    employee = _locked(employee, by)
    if role != employee.role:
        if employee.role == Employee.AccountRole.OWNER:
            raise Refused("role", _("The account owner keeps his role until he hands the account over."))
        if role not in roles_to_give(by):
            raise Refused("role", _("This role cannot be given."))
        if employee.pk == by.pk:
            raise Refused("role", _("Nobody changes his own role: ask another administrator."))
    changes: dict[str, list[Any]] = {}
    touched: set[int] = set()
    wanted = {"role": role, "position": clean_name(position, NAME_LIMIT)}
    if phone is not None:
        wanted["phone"] = clean_name(phone, PHONE_LIMIT)
    for name, value in wanted.items():
        if getattr(employee, name) != value:
            changes[name] = [getattr(employee, name), value]
            setattr(employee, name, value)
    before, after = set(employee.groups.values_list("name", flat=True)), {group.name for group in groups}
    if before != after:
        if employee.pk == by.pk and not by.is_administrator:
            raise Refused("groups", not_himself())
        check_brings_none(by, employee.groups.values_list("pk", flat=True), [group.pk for group in groups], "groups")
        changes["groups"] = [sorted(before), sorted(after)]
        employee.groups.set(groups)
        own_statuses.settle_later([employee.pk])
    if manager:
        put = managers.put(employee, manager, by=by)
        changes, touched = changes | put.changes, touched | put.touched
    changes |= _change_person(employee, person or {}, by)
    if changes:
        touched.add(employee.pk)
        employee.save(update_fields=["role", "position", "phone"])
        if changes.keys() & {"role", "groups", "manager"}:
            release(touched)
        record("employee_changed", by=by, employee=employee.pk, changes=changes)
        publish([f"employee:{pk}" for pk in sorted(touched)], "rights_changed")
    return employee


def _change_person(employee: Employee, person: Mapping[str, str], by: Employee) -> dict[str, list[str]]:
    user = User.objects.select_for_update().get(pk=employee.user_id)
    wanted = {name: clean_name(person[name], NAME_LIMIT) for name in PERSON if name in person}
    changes = {name: [getattr(user, name), value] for name, value in wanted.items() if getattr(user, name) != value}
    for name in IDENTITY:
        if name in changes and not may_identify(employee, by):
            raise Refused(name, _("This you may not change for this person."))
        if name in changes and not wanted[name]:
            raise Refused(name, _("This must be given."))
    for name, (_before, value) in changes.items():
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=list(changes))
    except IntegrityError:
        raise Refused("email", _("Somebody has this e-mail already.")) from None
    if "email" in changes:
        # A link to the mailbox of before opens this account no more.
        EmailAddress.objects.filter(user=user).delete()
    employee.user = user
    return changes


@transaction.atomic
def block(employee: Employee, *, by: Employee, is_wanted: bool) -> Employee:
    """Who is blocked does not get in any more, at once and on all devices; his tasks and words stay. Raises NotAllowed,
    Refused."""
    employee = _locked(employee, by)
    if is_wanted and employee.role == Employee.AccountRole.OWNER:
        raise Refused("block", _("The account owner cannot be blocked."))
    if is_wanted and employee.pk == by.pk:
        raise Refused("block", _("Nobody blocks himself: ask another administrator."))
    if employee.user.is_active == is_wanted:
        employee.user.is_active = not is_wanted
        employee.user.save(update_fields=["is_active"])
        if is_wanted:
            release([employee.pk])
        record("employee_blocked" if is_wanted else "employee_let_in", by=by, employee=employee.pk)
        publish([f"employee:{employee.pk}"], "rights_changed")
        own_statuses.settle_later([employee.pk])
    return employee


@transaction.atomic
def hand_over(employee: Employee, *, by: Employee) -> Employee:
    """The account belongs to another employee; who had it stays an administrator. Raises NotAllowed, Refused."""
    ids = [employee.pk, by.pk]
    rows = _rows(ids)
    owner, heir = rows[by.pk], rows[employee.pk]
    if owner.role != Employee.AccountRole.OWNER:
        raise NotAllowed(_("Only the account owner hands the account over."))
    if heir.pk == owner.pk:
        raise Refused("heir", _("It is yours already."))
    if heir.is_robot or not heir.user.is_active:
        raise Refused("heir", _("Choose somebody who works here."))
    owner.role, heir.role = Employee.AccountRole.ADMINISTRATOR, Employee.AccountRole.OWNER
    for row in (owner, heir):
        row.save(update_fields=["role"])
    record("account_handed_over", by=by, employee=heir.pk)
    publish([f"employee:{pk}" for pk in ids], "rights_changed")
    return heir


def _rows(ids: Collection[int]) -> dict[int, Employee]:
    # Who comments in a task refers to his row (FOR KEY SHARE) while he holds that task, which is locked after this row.
    locked = Employee.objects.select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in locked.filter(pk__in=ids).order_by("pk")}


def _locked(employee: Employee, by: Employee) -> Employee:
    # Both, in one order: two administrators who take each other's role at once do it one after the other.
    ids = {employee.pk, by.pk}
    rows = _rows(ids)
    by = rows.get(by.pk, by)
    check_manages(by)
    if not by.user.is_active:
        raise NotAllowed(_("Only administrators manage employees and groups."))
    found = rows.get(employee.pk)
    if found is None or found.is_robot:
        raise Refused("role", _("The robot of the account is not a person."))
    if not may_manage(found, by):
        raise NotAllowed(_("Only administrators change those who manage the account."))
    return found
