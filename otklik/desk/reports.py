"""Figures of chats, counted from what was written and when; every definition stands beside its figure (field note 20).

A chat is a task that came from a connected site and is not in the trash; it belongs to the day on which it began.
A wait begins with the first message of the client after an answer, or with the first of all, and ends with the next
answer. Robots do not answer; what a transcript brought late has no time of its own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from otklik.desk import report_hours
from otklik.desk.models import Employee, Source
from otklik.desk.time_limit import limited
from otklik.lib import days
from otklik.people.hours import Hours

MILLISECONDS = 5000
LONGEST_DAYS = 366
MOST_DAYS, MOST_WEEKS = 45, 30
# Of whom or what nothing is known.
NOTHING = {
    "chats": 0, "answered": 0, "resolved": 0, "waiting": 0, "waited": 0, "first_answer": None, "first_answer_90": None,
    "wait": None, "wait_90": None, "resolution": None, "resolution_90": None,
}  # fmt: skip


def _chats(*, in_hours: bool) -> str:
    resolution = report_hours.seconds("t.created_at", "t.completed_at", in_hours=in_hours)
    wait = report_hours.seconds("at", "answered_at", in_hours=in_hours)
    return f"""
WITH {report_hours.OPENINGS if in_hours else ""}chat AS MATERIALIZED (
    SELECT t.id, t.number, t.name, t.contact_id, t.source_id, t.created_at,
        (t.created_at AT TIME ZONE %(zone)s) AS local, s.is_active,
        CASE WHEN t.completed_at >= t.created_at THEN {resolution} END AS resolution
    FROM desk_task t JOIN desk_status s ON s.id = t.status_id
    WHERE t.trashed_at IS NULL AND t.source_id IS NOT NULL
        AND t.created_at >= %(since)s AND t.created_at < %(until)s
        AND (%(site)s = 0 OR t.source_id = %(site)s)
        AND (%(clients)s::bigint[] IS NULL OR t.contact_id = ANY(%(clients)s::bigint[]))
        AND (%(template)s = 0 OR EXISTS (
            SELECT FROM desk_contact client WHERE client.id = t.contact_id AND client.template_id = %(template)s))
), line AS (
    SELECT c.task_id, c.number, c.kind = 'client' AS asks, c.at, c.employee_id, row_number() OVER feed AS place,
        lag(c.kind) OVER feed IS DISTINCT FROM c.kind AS turns
    FROM desk_comment c JOIN chat ON chat.id = c.task_id LEFT JOIN desk_employee e ON e.id = c.employee_id
    WHERE c.kind IN ('client', 'reply') AND NOT c.is_late AND e.role IS DISTINCT FROM 'robot'
    WINDOW feed AS (PARTITION BY c.task_id ORDER BY c.number)
), turn AS (
    SELECT task_id, asks, place, at, lead(at) OVER feed AS answered_at, lead(employee_id) OVER feed AS answered_by
    FROM line WHERE turns WINDOW feed AS (PARTITION BY task_id ORDER BY number)
), wait AS MATERIALIZED (
    SELECT task_id, place = 1 AS is_first, answered_by, answered_at IS NULL AS lasts,
        {wait} AS seconds
    FROM turn WHERE asks
        AND (answered_at IS NULL OR %(employees)s::bigint[] IS NULL OR answered_by = ANY(%(employees)s::bigint[]))
), shown AS MATERIALIZED (
    SELECT chat.*, f.seconds AS first_answer, f.answered_by AS first_by, w.longest, w.waits,
        chat.is_active AND w.lasts AS is_waiting, w.people
    FROM chat LEFT JOIN wait f ON f.task_id = chat.id AND f.is_first
    LEFT JOIN (
        SELECT task_id, max(seconds) AS longest, count(seconds) AS waits, bool_or(lasts) AS lasts,
            array_agg(DISTINCT answered_by) FILTER (WHERE answered_by IS NOT NULL) AS people
        FROM wait GROUP BY task_id
    ) w ON w.task_id = chat.id
    WHERE %(employees)s::bigint[] IS NULL OR w.people && %(employees)s::bigint[]
)
"""


# By all of them, by time, hour, site and kind of channel at once; the pattern says what a row is by.
_SETS = "GROUP BY GROUPING SETS ((), (period), (hour), (source_id), (channel))"
_PLACE = """
    CASE GROUPING(period, hour, source_id, channel) WHEN 15 THEN 'total' WHEN 7 THEN 'times' WHEN 11 THEN 'hours'
        WHEN 13 THEN 'sites' ELSE 'channels' END,
    CASE GROUPING(period, hour, source_id, channel) WHEN 15 THEN '' WHEN 7 THEN min(period)::text
        WHEN 11 THEN min(hour)::text WHEN 13 THEN min(source_id)::text ELSE min(channel) END
"""
_HALF_AND_NINE = "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
FIGURES = f""", placed AS MATERIALIZED (
    SELECT shown.*, date_trunc(%(step)s, local)::date AS period, extract(hour FROM local)::int AS hour,
        s.label AS channel
    FROM shown JOIN desk_source s ON s.id = shown.source_id
)
SELECT {_PLACE}, count(*), count(first_answer), count(resolution), count(*) FILTER (WHERE is_waiting),
    {_HALF_AND_NINE} (ORDER BY first_answer), {_HALF_AND_NINE} (ORDER BY resolution), NULL, NULL
    FROM placed {_SETS}
UNION ALL
SELECT {_PLACE}, NULL, NULL, NULL, NULL, NULL, NULL, count(DISTINCT task_id), {_HALF_AND_NINE} (ORDER BY seconds)
    FROM wait JOIN placed ON placed.id = wait.task_id WHERE seconds IS NOT NULL {_SETS}
UNION ALL
SELECT 'employees', who::text, count(*), count(first_answer) FILTER (WHERE first_by = who), count(resolution),
    count(*) FILTER (WHERE is_waiting), {_HALF_AND_NINE} (ORDER BY first_answer) FILTER (WHERE first_by = who),
    {_HALF_AND_NINE} (ORDER BY resolution), NULL, NULL
    FROM placed CROSS JOIN unnest(people) AS who GROUP BY who
UNION ALL
SELECT 'employees', answered_by::text, NULL, NULL, NULL, NULL, NULL, NULL, count(DISTINCT task_id),
    {_HALF_AND_NINE} (ORDER BY seconds)
    FROM wait JOIN placed ON placed.id = wait.task_id WHERE answered_by IS NOT NULL GROUP BY answered_by
"""
ROWS = """
SELECT shown.number, shown.name, c.name AS client, s.name AS site, shown.created_at, shown.first_answer, shown.longest,
    shown.resolution, u.name AS first_by, shown.is_waiting, count(*) OVER () AS total
FROM shown JOIN desk_source s ON s.id = shown.source_id LEFT JOIN desk_contact c ON c.id = shown.contact_id
LEFT JOIN desk_employee e ON e.id = shown.first_by LEFT JOIN people_user u ON u.id = e.user_id
WHERE (%(day)s::date IS NULL OR shown.local::date BETWEEN %(day)s::date AND %(last_day)s::date)
    AND (%(hour)s::int IS NULL OR extract(hour FROM shown.local) = %(hour)s::int)
    AND (%(channel)s::text IS NULL OR s.label = %(channel)s::text)
    AND CASE %(only)s WHEN 'answered' THEN shown.first_answer IS NOT NULL WHEN 'waited' THEN shown.waits > 0
        WHEN 'resolved' THEN shown.resolution IS NOT NULL WHEN 'waiting' THEN shown.is_waiting ELSE true END
"""
ORDERS = {
    "newest": "shown.created_at DESC",
    "oldest": "shown.created_at",
    "first": "shown.first_answer DESC NULLS LAST",
    "wait": "shown.longest DESC NULLS LAST",
    "resolution": "shown.resolution DESC NULLS LAST",
    "client": "c.name NULLS LAST",
    "site": "s.name",
}


@dataclass(frozen=True)
class Asked:
    """Which chats: days of the reader's zone, both included. `employees`: who answered, `clients`: who asked; None:
    whoever it was. `template`: by which the client is in the base."""

    since: date
    until: date
    site: int = 0
    employees: tuple[int, ...] | None = None
    clients: tuple[int, ...] | None = None
    template: int = 0
    # Only they count in all times; None: all hours.
    hours: Hours | None = None

    @property
    def chats(self) -> str:
        return _chats(in_hours=self.hours is not None)

    def params(self) -> dict[str, Any]:
        return {
            "zone": timezone.get_current_timezone_name(),
            "since": days.begin(self.since),
            "until": days.end(self.until),
            "site": self.site,
            "clients": None if self.clients is None else list(self.clients),
            "template": self.template,
            "employees": None if self.employees is None else list(self.employees),
            **(report_hours.params(self.hours, self.since) if self.hours else {}),
        }


@dataclass(frozen=True)
class Part:
    """What stands behind one figure. `day` to `last_day`: when the chats began. `only`: answered, waited, resolved,
    waiting."""

    day: date | None = None
    last_day: date | None = None
    hour: int | None = None
    channel: str | None = None
    only: str = ""

    def params(self) -> dict[str, Any]:
        return {
            "day": self.day,
            "last_day": self.last_day or self.day,
            "hour": self.hour,
            "channel": self.channel,
            "only": self.only,
        }


def step(asked: Asked) -> str:
    """What one place of a plot stands for: a day, a week or a month. A plot has room for some dozens."""
    length = (asked.until - asked.since).days + 1
    return "day" if length <= MOST_DAYS else "week" if length <= MOST_WEEKS * 7 else "month"


def periods(asked: Asked) -> list[tuple[date, date]]:
    """Each with its first and last day, inside what is asked for."""
    wanted, found, first = step(asked), [], asked.since
    while first <= asked.until:
        last = min(_last(first, wanted), asked.until)
        found.append((first, last))
        if last == date.max:
            break
        first = last + timedelta(days=1)
    return found


def figures(asked: Asked) -> dict[str, Any]:
    """`total`, a row of measures; `times`, `hours`, `employees`, `sites`, `channels`, rows with a `name` each. Measures
    are counts of chats, and medians and nine tenths in seconds. Raises TooBroad after five seconds."""
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    with limited(MILLISECONDS), connection.cursor() as cursor:
        cursor.execute(asked.chats + FIGURES, asked.params() | {"step": step(asked)})
        for by, key, *measures in cursor.fetchall():
            known = rows.setdefault(by, {}).setdefault(key, dict(NOTHING))
            known.update(_measures(*measures))
    # By the day on which a place of the plot begins for the database, which knows whole weeks and months.
    times = {_begin(date.fromisoformat(key), asked): row for key, row in rows.get("times", {}).items()}
    hours, channels = rows.get("hours", {}), rows.get("channels", {})
    return {
        "total": rows["total"][""],
        "times": [{"first": f, "last": last} | times.get(f, NOTHING) for f, last in periods(asked)],
        "hours": [{"hour": hour} | hours.get(str(hour), NOTHING) for hour in range(24)],
        "employees": _named(rows.get("employees", {}), Employee.objects.values_list("pk", "user__name")),
        "sites": _named(rows.get("sites", {}), Source.objects.values_list("pk", "name")),
        "channels": [{"name": label} | channels[label] for label in sorted(channels)],
    }


def rows(asked: Asked, part: Part, limit: int, *, order: str = "", offset: int = 0) -> list[dict[str, Any]]:
    """The chats behind a figure, by default those with its longest time first; each knows the `total` of them. Raises
    TooBroad after five seconds."""
    given = asked.params() | part.params() | {"limit": limit, "offset": offset}
    by = ORDERS[order or usual_order(part)]
    sql = f"{asked.chats}{ROWS} ORDER BY {by}, shown.number DESC LIMIT %(limit)s OFFSET %(offset)s"
    with limited(MILLISECONDS), connection.cursor() as cursor:
        cursor.execute(sql, given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def usual_order(part: Part) -> str:
    return {"answered": "first", "waited": "wait", "resolved": "resolution"}.get(part.only, "newest")


def _measures(
    chats: int | None, answered: int | None, resolved: int | None, waiting: int | None, first: list[float] | None,
    resolution: list[float] | None, waited: int | None, wait: list[float] | None,
) -> dict[str, Any]:  # fmt: skip
    """Of a row that tells of chats, or of one that tells of their waits."""
    if waited is not None:
        return {"waited": waited, **_half_and_nine("wait", wait)}
    counts = {"chats": chats, "answered": answered, "resolved": resolved, "waiting": waiting}
    return counts | _half_and_nine("first_answer", first) | _half_and_nine("resolution", resolution)


def _half_and_nine(name: str, found: list[float] | None) -> dict[str, float | None]:
    half, nine = found or (None, None)
    return {name: half, f"{name}_90": nine}


def _named(rows: dict[str, dict[str, Any]], names: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    found = [{"id": pk, "name": name} | rows[str(pk)] for pk, name in names if str(pk) in rows]
    return sorted(found, key=lambda row: (row["name"].casefold(), row["id"]))


def _begin(day: date, asked: Asked) -> date:
    return max(day, asked.since)


def _last(day: date, step: str) -> date:
    if step == "day":
        return day
    if step == "week":
        return date.fromordinal(min(day.toordinal() + 6 - day.weekday(), date.max.toordinal()))
    return day.replace(day=monthrange(day.year, day.month)[1])
