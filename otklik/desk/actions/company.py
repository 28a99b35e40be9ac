"""When the company works, and in which language it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Company, Employee
from otklik.people.hours import Hours
from otklik.people.models import Calendar


def stored() -> Company:
    """The company's row, or an unsaved one."""
    return Company.objects.select_related("calendar").first() or Company(calendar=Calendar())


@transaction.atomic
def change_hours(
    *, is_used: bool, timezone: str, week: Mapping[str, Any], special: Mapping[str, Any], by: Employee
) -> Calendar:
    """The hours of the week and of single days, in the shape of `Calendar`; holidays stay as they are. Raises
    NotAllowed."""
    company = _locked(by)
    calendar = company.calendar
    calendar.timezone, calendar.week, calendar.special = timezone, dict(week), dict(special)
    calendar.save()
    Company.objects.filter(pk=company.pk).update(has_hours=is_used)
    record("working_time_changed", by=by)
    return calendar


def hours() -> Hours | None:
    """None: all time is working time."""
    company = stored()
    return company.calendar.hours() if company.has_hours else None


def is_working(moment: datetime) -> bool:
    counted = hours()
    return counted is None or counted.is_open(moment)


def after(moment: datetime, work: timedelta) -> datetime:
    """When so much working time of the company has passed."""
    counted = hours()
    return moment + work if counted is None else counted.after(moment, work)


def _locked(by: Employee) -> Company:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change the working time."))
    found = Company.objects.select_for_update(of=("self",)).first()
    return found or Company.objects.create(calendar=Calendar.objects.create())
