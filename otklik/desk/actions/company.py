"""When the company works, and in which language it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
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


@transaction.atomic
def choose_language(code: str, *, by: Employee) -> None:
    """For letters to whoever has chosen none himself, and for new employees; empty: as the product is set up. Raises
    NotAllowed, Refused."""
    if code and code not in dict(settings.LANGUAGES):
        raise Refused("language", _("Choose one from the list."))
    company = _locked(by)
    Company.objects.filter(pk=company.pk).update(language=code)
    record("company_language_chosen", by=by, language=code)


@transaction.atomic
def offer_quick_replies(*, is_wanted: bool, by: Employee) -> None:
    """For the whole account (§10). Raises NotAllowed."""
    company = _locked(by)
    Company.objects.filter(pk=company.pk).update(has_quick_replies=is_wanted)
    record("quick_replies_switched", by=by, is_on=is_wanted)


def language_of(employee: Employee) -> str:
    """In which he is written to."""
    return employee.user.language or language()


def language() -> str:
    return stored().language or settings.LANGUAGE_CODE


def hours() -> Hours | None:
    """None: all time is working time."""
    company = stored()
    return company.calendar.hours() if company.has_hours else None


def zone() -> ZoneInfo:
    """In which its days begin and end."""
    company = stored()
    return company.calendar.hours().zone if company.has_hours else ZoneInfo(settings.TIME_ZONE)


def is_working(moment: datetime) -> bool:
    counted = hours()
    return counted is None or counted.is_open(moment)


def after(moment: datetime, work: timedelta) -> datetime:
    """When so much working time of the company has passed."""
    return after_in(hours(), moment, work)


def after_in(counted: Hours | None, moment: datetime, work: timedelta) -> datetime:
    """As `after`, with the company's hours as they were read."""
    return moment + work if counted is None else counted.after(moment, work)


def working_day(day: date, count: int) -> date:
    """So many days on which the company works after this one; without working hours of a company each day is one."""
    return working_day_in(hours(), day, count)


def working_day_in(counted: Hours | None, day: date, count: int) -> date:
    """As `working_day`, with the company's hours as they were read."""
    if counted is None or not any(counted.week.values()):
        return day + timedelta(days=count)
    while count:
        day += timedelta(days=1)
        count -= bool(counted.day(day).shifts)
    return day


def _locked(by: Employee) -> Company:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change what is so for the whole company."))
    found = Company.objects.select_for_update(of=("self",)).first()
    return found or Company.objects.create(calendar=Calendar.objects.create())
