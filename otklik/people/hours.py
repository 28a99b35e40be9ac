"""When somebody works: shifts of the week, other hours on single days, holidays. Pure counting, without a database."""

from __future__ import annotations

import heapq
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

# A shift by the clock on the wall. One that ends when it begins, or before, ends on the next day.
Shift = tuple[time, time]
# An opening further away than this is none.
HORIZON = 400


@dataclass(frozen=True)
class SpecialDay:
    """Other hours on one day; without shifts it is free."""

    shifts: tuple[Shift, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Opening:
    """An unbroken time of work, in UTC; `ends_at` itself is outside."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Hours:
    zone: zoneinfo.ZoneInfo
    # The shifts that begin on each weekday, Monday is 0.
    week: Mapping[int, Sequence[Shift]]
    # Hours of single days go before holidays, holidays before the week.
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)

    def day(self, day: date) -> SpecialDay:
        """What holds for the shifts that begin on this day; the name says why it is not as usual."""
        if day in self.special:
            return self.special[day]
        if day in self.holidays:
            return SpecialDay((), self.holidays[day])
        return SpecialDay(tuple(self.week.get(day.weekday(), ())))

    def is_open(self, moment: datetime) -> bool:
        opening = self.opening(moment)
        return opening is not None and opening.starts_at <= moment

    def opening(self, moment: datetime) -> Opening | None:
        """The work that goes on at this moment, else the next that will. Shifts that touch are one opening."""
        return next(self._openings(moment), None)

    def after(self, moment: datetime, work: timedelta) -> datetime:
        """When so much working time has passed since the moment. Where there is not so much ahead, all time counts."""
        left = work
        for opening in self._openings(moment):
            begins = max(opening.starts_at, moment)
            length = opening.ends_at - begins
            if left <= length:
                return begins + left
            left -= length
        return moment + work

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; none, if it is the other way round."""
        total = timedelta()
        for opening in self._openings(start):
            if opening.starts_at >= end:
                break
            total += max(timedelta(), min(opening.ends_at, end) - max(opening.starts_at, start))
        return total

    def openings(self, start: datetime, end: datetime) -> Iterator[Opening]:
        """All that begin between the two, and what goes on at `start`, from then on; however long that is."""
        moment = start
        while moment < end:
            last = moment
            for opening in self._openings(moment):
                if opening.starts_at >= end:
                    return
                last = opening.ends_at
                yield Opening(max(opening.starts_at, moment), last)
            moment = last if last > moment else moment + timedelta(days=HORIZON - 10)

    def _openings(self, moment: datetime) -> Iterator[Opening]:
        joined: Opening | None = None
        for shift in self._shifts(moment):
            if joined is None or shift.starts_at <= joined.ends_at:
                joined = shift if joined is None else _both(joined, shift)
                continue
            if joined.ends_at > moment:
                yield joined
            joined = shift
        if joined is not None and joined.ends_at > moment:
            yield joined

    def _shifts(self, moment: datetime) -> Iterator[Opening]:
        """In the order of their beginnings."""
        # A shift of the day before may still go on; the two days before that may touch it.
        first = moment.astimezone(self.zone).date() - timedelta(days=3)
        for number in range(HORIZON):
            day = first + timedelta(days=number)
            yield from sorted((self._placed(day, *shift) for shift in self.day(day).shifts), key=_begin)

    def _placed(self, day: date, starts: time, ends: time) -> Opening:
        last = day if ends > starts else day + timedelta(days=1)
        # When the clocks change, a time may exist twice or not at all: then the shift is rather longer than shorter.
        return Opening(min(self._moments(day, starts)), max(self._moments(last, ends)))

    def _moments(self, day: date, at: time) -> list[datetime]:
        return [datetime.combine(day, at.replace(fold=fold), self.zone).astimezone(UTC) for fold in (0, 1)]


def always(zone: zoneinfo.ZoneInfo) -> Hours:
    """All time is working time."""
    return Hours(zone, {day: ((time(), time()),) for day in range(7)})


def earliest_after(several: Sequence[Hours], moment: datetime, work: timedelta) -> datetime:
    """When so much time has passed in which at least one of them works; counted as `Hours.after` does."""
    left, done = work, moment
    for opening in heapq.merge(*(hours._openings(moment) for hours in several), key=_begin):
        begins = max(opening.starts_at, done)
        length = opening.ends_at - begins
        if length <= timedelta():
            continue
        if left <= length:
            return begins + left
        left, done = left - length, opening.ends_at
    return moment + work


def _begin(opening: Opening) -> datetime:
    return opening.starts_at


def _both(one: Opening, other: Opening) -> Opening:
    return Opening(min(one.starts_at, other.starts_at), max(one.ends_at, other.ends_at))


def zone_of(name: Any) -> zoneinfo.ZoneInfo | None:
    """The time zone of this name; whoever named it may be anybody."""
    try:
        return zoneinfo.ZoneInfo(name) if isinstance(name, str) and 0 < len(name) <= 64 else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
