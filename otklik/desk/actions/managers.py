"""Whose manager somebody is: he and those above him have rights in the tasks of his people (§7)."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.actions.releasing import release
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee
from otklik.desk.models.reporting import above
from otklik.live.publish import publish

# Two chains that are changed at once could close a circle that neither of them sees.
LOCK = 0x5B7A5E


class Choice(NamedTuple):
    """`seen`: whose id stood there when it was shown."""

    manager: Employee | None
    seen: int | None


class Put(NamedTuple):
    """What to tell of it, and the ids of those who have gained or lost rights."""

    changes: dict[str, list[str]]
    touched: set[int]


@transaction.atomic
def choose(employee: Employee, manager: Employee | None, *, seen: int | None, by: Employee) -> None:
    """`seen`: whose id stood there when it was shown. Raises NotAllowed, Outdated, Refused."""
    hold()
    changes, touched = put(employee, Choice(manager, seen), by=by)
    if not changes:
        return
    release(touched)
    record("employee_changed", by=by, employee=employee.pk, changes=changes)
    publish([f"employee:{pk}" for pk in sorted(touched)], "rights_changed")


def hold() -> None:
    """Before the row of an employee is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def put(employee: Employee, choice: Choice, *, by: Employee) -> Put:
    """`hold` comes before; the caller releases tasks and tells of it. Raises NotAllowed, Outdated, Refused."""
    manager, seen = choice
    if (manager.pk if manager else None) == seen == employee.manager_id:
        return Put({}, set())
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators choose managers: a manager sees the tasks of his people."))
    found = Employee.objects.select_related("manager__user").get(pk=employee.pk)
    if found.manager == manager:
        return Put({}, set())
    if found.manager_id != seen:
        now = found.manager.name if found.manager else _("nobody")
        raise Outdated(
            _("Somebody else chose another manager meanwhile: %(name)s.") % {"name": now},
            {"manager": found.manager_id},
        )
    if manager:
        _check(found, manager)
    before, found.manager = found.manager, manager
    found.save(update_fields=["manager"])
    names = [one.name if one else "" for one in (before, manager)]
    touched = {one for pk in (before and before.pk, manager and manager.pk) if pk for one in {pk, *above(pk)}}
    return Put({"manager": names}, touched)


def _check(employee: Employee, manager: Employee) -> None:
    if manager.pk == employee.pk:
        raise Refused("manager", _("Nobody is his own manager."))
    if manager.is_robot or not manager.user.is_active:
        raise Refused("manager", _("Choose a colleague who works here."))
    if employee.pk in above(manager.pk):
        told = {"manager": manager.name, "name": employee.name}
        raise Refused("manager", _("%(name)s is above %(manager)s already.") % told)
