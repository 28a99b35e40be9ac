"""Holidays from a calendar file (ICS): whole days on which nobody works."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from django.utils.translation import gettext_noop as _

from otklik.lib.text import clean_name

LIMIT = 1024 * 1024
# Days ahead that are written down; a daily look keeps them coming.
AHEAD = 400
# More days than that are no list of holidays.
MOST = 500
MOST_EVENTS = 5000


class Unreadable(Exception):
    """args[0] is a sentence in English, marked by gettext_noop."""


def read(body: bytes, today: date) -> dict[date, str]:
    """The free days of the file from today on, with their names. Raises Unreadable."""
    calendar = _parsed(body)
    try:
        events = recurring_ical_events.of(calendar).between(today, today + timedelta(days=AHEAD))
        found = {day: _name(event) for event in events for day in _whole_days(event)}
    except Exception as error:
        # The library of the format raises whatever it stumbles over: the file is a stranger's.
        raise Unreadable(_("This file has dates that cannot be read.")) from error
    if len(found) > MOST:
        raise Unreadable(_("This file has too many days for a list of holidays."))
    return {day: found[day] for day in sorted(found) if day >= today}


def _parsed(body: bytes) -> icalendar.Calendar:
    if len(body) > LIMIT:
        raise Unreadable(_("This file is larger than 1 MB."))
    try:
        calendar = icalendar.Calendar.from_ical(body.decode("utf-8-sig"))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Unreadable(_("This is no calendar file (ICS).")) from error
    if not isinstance(calendar, icalendar.Calendar) or calendar.name != "VCALENDAR":
        raise Unreadable(_("This is no calendar file (ICS)."))
    events = calendar.walk("VEVENT")
    if not events:
        raise Unreadable(_("This calendar has no events."))
    # A rule by the second would be unfolded for ever.
    if len(events) > MOST_EVENTS or any(_is_too_frequent(event) for event in events):
        raise Unreadable(_("This file has too many days for a list of holidays."))
    return calendar


def _is_too_frequent(event: Any) -> bool:
    rules = event.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    frequencies = {str(name).upper() for rule in rules for name in rule.get("FREQ", [])}
    return bool(frequencies & {"SECONDLY", "MINUTELY", "HOURLY"})


def _name(event: Any) -> str:
    return clean_name(str(event.get("SUMMARY", "")), 200)


def _whole_days(event: Any) -> list[date]:
    """An event with a time of day is an appointment, not a holiday."""
    start, end = event.start, event.end
    if isinstance(start, datetime) or isinstance(end, datetime):
        return []
    length = max(1, min((end - start).days, AHEAD))
    return [start + timedelta(days=number) for number in range(length)]
