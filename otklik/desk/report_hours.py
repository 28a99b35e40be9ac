"""SQL by which reports count working time alone: the openings go to the database as one row of numbers, and each moment
finds its place among them by halving."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from otklik.lib import days
from otklik.people.hours import Hours

# A report reaches back so far in working time; a chat before has none.
FARTHEST = timedelta(days=3660)
# In seconds since 1970, when each opening begins and ends; in seconds, what was worked before it.
OPENINGS = (
    "hours AS (SELECT %(starts)s::float8[] AS starts, %(ends)s::float8[] AS ends, %(before)s::float8[] AS before), "
)


def seconds(start: str, end: str, *, in_hours: bool) -> str:
    """SQL of the seconds between two moments; NULL as long as it has no end."""
    if not in_hours:
        return f"extract(epoch FROM {end} - {start})"
    return f"CASE WHEN {end} IS NOT NULL THEN {_worked(end)} - {_worked(start)} END"


def _worked(moment: str) -> str:
    """What was worked until then."""
    at = f"extract(epoch FROM {moment})::float8"
    place = f"width_bucket({at}, (SELECT starts FROM hours))"
    begins, ends, before = (f"(SELECT {name} FROM hours)" for name in ("starts", "ends", "before"))
    return f"coalesce(({before})[{place}] + least({at}, ({ends})[{place}]) - ({begins})[{place}], 0)"


def params(hours: Hours, since: date) -> dict[str, list[float]]:
    now = timezone.now()
    starts, ends, before, worked = [], [], [], 0.0
    for opening in hours.openings(max(days.begin(since), now - FARTHEST), now):
        starts.append(opening.starts_at.timestamp())
        ends.append(opening.ends_at.timestamp())
        before.append(worked)
        worked += ends[-1] - starts[-1]
    return {"starts": starts, "ends": ends, "before": before}
