"""A week of work as bars, and the next days in words."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS

from otklik.people.hours import Hours, Shift

DAY = 24 * 60
DAYS = 14


def week(hours: Hours) -> list[dict[str, Any]]:
    """For each weekday its bars, in minutes since midnight: a shift past midnight goes on in the next day's row."""
    bars: list[list[dict[str, int]]] = [[] for _day in range(7)]
    for day in range(7):
        for starts, ends in hours.week.get(day, ()):
            begin, end = _minute(starts), _minute(ends)
            if end > begin:
                bars[day].append({"x": begin, "width": end - begin})
                continue
            bars[day].append({"x": begin, "width": DAY - begin})
            if end:
                bars[(day + 1) % 7].append({"x": 0, "width": end})
    return [{"name": WEEKDAYS[day], "bars": bars[day]} for day in range(7)]


def whole_week() -> list[dict[str, Any]]:
    """As `week`, when all time counts."""
    return [{"name": WEEKDAYS[day], "bars": [{"x": 0, "width": DAY}]} for day in range(7)]


def next_days(hours: Hours, today: date) -> list[dict[str, Any]]:
    """The days from today on; `note` says why one is not as usual."""
    found = []
    for number in range(DAYS):
        day = today + timedelta(days=number)
        told = hours.day(day)
        is_usual = day not in hours.special and day not in hours.holidays
        words = ", ".join(_words(shift) for shift in told.shifts)
        found.append({"date": day, "words": words, "note": told.name, "is_usual": is_usual})
    return found


def _words(shift: Shift) -> str:
    starts, ends = shift
    return f"{starts:%H:%M}–{ends:%H:%M}"


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
