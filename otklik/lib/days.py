"""Where a day of the reader's zone begins and ends. A day at the edge of the calendar, which only a slip of the hand
names, is moved inside it: its end would be no time at all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

FIRST, LAST = date(2, 1, 1), date(9998, 12, 31)


def begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(min(max(day, FIRST), LAST), time()))


def end(day: date) -> datetime:
    """The first moment that does not belong to it any more."""
    return begin(min(day, LAST) + timedelta(days=1))
