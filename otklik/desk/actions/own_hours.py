"""When each employee works: his own week, else the company's; never on days of absence (§11.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from otklik.desk.actions import absences, company, task_people
from otklik.desk.actions.events import record
from otklik.desk.models import Absence, Employee, Task
from otklik.people.hours import Hours, SpecialDay, always, earliest_after
from otklik.people.models import Calendar


def of(employees: Iterable[int], since: date | None = None) -> dict[int, Hours]:
    """By the employee's id, with the absences since that day; None: since now. Holidays of the company are free for
    whoever has a week of his own, too."""
    common, zone = company.hours(), company.zone()
    found = Employee.objects.filter(pk__in=list(employees)).select_related("calendar")
    away: dict[int, dict[Any, SpecialDay]] = {}
    ahead = Absence.objects.filter(employee__in=found, until__gte=(since or absences.today()) - timedelta(days=4))
    for absence in ahead:
        for number in range((absence.until - absence.since).days + 1):
            day = absence.since + timedelta(days=number)
            away.setdefault(absence.employee_id, {})[day] = SpecialDay((), absence.get_kind_display())
    hours = {}
    for one in found:
        own = one.calendar.hours() if one.calendar else None
        if own and common:
            own = replace(own, holidays={**common.holidays, **own.holidays})
        counted = own or common or always(zone)
        hours[one.pk] = replace(counted, special={**counted.special, **away.get(one.pk, {})})
    return hours


def after(task: Task, moment: datetime, work: timedelta) -> datetime:
    """When so much time has passed in which at least one of the task's assignees works; without any, of the company's
    working time."""
    hours = list(of(task_people.assignees(task), moment.date()).values())
    return earliest_after(hours, moment, work) if hours else company.after(moment, work)


def at_work(employees: Iterable[int], moment: datetime) -> set[int]:
    return {pk for pk, hours in of(employees).items() if hours.is_open(moment)}


@transaction.atomic
def change(
    employee: Employee, *, is_used: bool, timezone: str, week: Mapping[str, Any], special: Mapping[str, Any],
    by: Employee,
) -> None:  # fmt: skip
    """Hours of his own in the shape of `Calendar`; without `is_used` he works as the company does. Raises
    NotAllowed."""
    absences.check(employee, by)
    employee = Employee.objects.select_for_update(of=("self",)).select_related("calendar").get(pk=employee.pk)
    old = employee.calendar
    if is_used:
        calendar = old or Calendar()
        calendar.timezone, calendar.week, calendar.special = timezone, dict(week), dict(special)
        calendar.save()
        employee.calendar = calendar
    else:
        employee.calendar = None
    employee.save(update_fields=["calendar"])
    if old and not is_used:
        old.delete()
    record("own_hours_changed", by=by, employee=employee.pk, is_used=is_used)
