"""Figures of chats, counted from what was written and when; every definition stands beside its figure (field note 20).

A chat is a task that came from a connected site and is not in the trash; it belongs to the day on which it began.
A wait begins with the first message of the client after an answer, or with the first of all, and ends with the next
answer. Robots do not answer; what a transcript brought late has no time of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from otklik.desk.search import limited
from otklik.lib import days

MILLISECONDS = 5000
LONGEST_DAYS = 366

CHATS = """
WITH chat AS MATERIALIZED (
    SELECT t.id, t.number, t.name, t.contact_id, t.source_id, t.created_at,
        (t.created_at AT TIME ZONE %(zone)s) AS local, s.is_active,
        CASE WHEN t.completed_at >= t.created_at
            THEN extract(epoch FROM t.completed_at - t.created_at) END AS resolution
    FROM desk_task t JOIN desk_status s ON s.id = t.status_id
    WHERE t.trashed_at IS NULL AND t.source_id IS NOT NULL
        AND t.created_at >= %(since)s AND t.created_at < %(until)s
        AND (%(site)s = 0 OR t.source_id = %(site)s)
        AND (%(client)s = 0 OR t.contact_id = %(client)s)
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
        extract(epoch FROM answered_at - at) AS seconds
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
_MEDIANS = """
    'chats', count(*), 'answered', count(first_answer), 'resolved', count(resolution),
    'waiting', count(*) FILTER (WHERE is_waiting),
    'first_answer', percentile_cont(0.5) WITHIN GROUP (ORDER BY first_answer),
    'first_answer_90', percentile_cont(0.9) WITHIN GROUP (ORDER BY first_answer),
    'resolution', percentile_cont(0.5) WITHIN GROUP (ORDER BY resolution)
"""
_WAIT = (
    "(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM wait JOIN shown ON shown.id = wait.task_id {})"
)
FIGURES = f"""{CHATS}
SELECT json_build_object(
    'total', (SELECT json_build_object({_MEDIANS}, 'wait', {_WAIT.format("")}) FROM shown),
    'days', (SELECT json_object_agg(day, n) FROM (SELECT local::date AS day, count(*) AS n FROM shown GROUP BY 1) d),
    'hours', (SELECT json_object_agg(hour, n)
        FROM (SELECT extract(hour FROM local)::int AS hour, count(*) AS n FROM shown GROUP BY 1) h),
    'employees', (SELECT json_agg(row ORDER BY name) FROM (
        SELECT u.name, json_build_object('id', e.id, 'name', u.name, 'chats', count(DISTINCT w.task_id),
            'first_answer', percentile_cont(0.5) WITHIN GROUP (ORDER BY w.seconds) FILTER (WHERE w.is_first),
            'wait', percentile_cont(0.5) WITHIN GROUP (ORDER BY w.seconds)) AS row
        FROM wait w JOIN shown ON shown.id = w.task_id JOIN desk_employee e ON e.id = w.answered_by
        JOIN people_user u ON u.id = e.user_id GROUP BY e.id, u.name) by_person),
    'sites', (SELECT json_agg(row ORDER BY name, id) FROM (
        SELECT s.name, s.id, json_build_object('id', s.id, 'name', s.name, {_MEDIANS},
            'wait', {_WAIT.format("AND shown.source_id = s.id")}) AS row
        FROM shown JOIN desk_source s ON s.id = shown.source_id GROUP BY s.id, s.name) by_site),
    'channels', (SELECT json_agg(row ORDER BY label) FROM (
        SELECT s.label, json_build_object('name', s.label, {_MEDIANS}) AS row
        FROM shown JOIN desk_source s ON s.id = shown.source_id GROUP BY s.label) by_channel)
)::text
"""
ROWS = f"""{CHATS}
SELECT shown.number, shown.name, c.name AS client, s.name AS site, shown.created_at, shown.first_answer, shown.longest,
    shown.resolution, u.name AS first_by, shown.is_waiting
FROM shown JOIN desk_source s ON s.id = shown.source_id LEFT JOIN desk_contact c ON c.id = shown.contact_id
LEFT JOIN desk_employee e ON e.id = shown.first_by LEFT JOIN people_user u ON u.id = e.user_id
WHERE (%(day)s::date IS NULL OR shown.local::date = %(day)s::date)
    AND (%(hour)s::int IS NULL OR extract(hour FROM shown.local) = %(hour)s::int)
    AND (%(channel)s = '' OR s.label = %(channel)s)
    AND CASE %(only)s WHEN 'answered' THEN shown.first_answer IS NOT NULL WHEN 'waited' THEN shown.waits > 0
        WHEN 'resolved' THEN shown.resolution IS NOT NULL WHEN 'waiting' THEN shown.is_waiting ELSE true END
ORDER BY CASE %(only)s WHEN 'answered' THEN shown.first_answer WHEN 'waited' THEN shown.longest
    WHEN 'resolved' THEN shown.resolution END DESC NULLS LAST, shown.number DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Asked:
    """Which chats: days of the reader's zone, both included. `employees`: who answered; None: whoever it was."""

    since: date
    until: date
    site: int = 0
    employees: tuple[int, ...] | None = None
    client: int = 0

    def params(self) -> dict[str, Any]:
        return {
            "zone": timezone.get_current_timezone_name(),
            "since": days.begin(self.since),
            "until": days.end(self.until),
            "site": self.site,
            "client": self.client,
            "employees": None if self.employees is None else list(self.employees),
        }


@dataclass(frozen=True)
class Part:
    """What stands behind one figure. `only`: answered, waited, resolved, waiting."""

    day: date | None = None
    hour: int | None = None
    channel: str = ""
    only: str = ""


def figures(asked: Asked) -> dict[str, Any]:
    """Counts and medians in seconds. Raises TooBroad after five seconds."""
    with limited(MILLISECONDS), connection.cursor() as cursor:
        cursor.execute(FIGURES, asked.params())
        found: dict[str, Any] = json.loads(cursor.fetchone()[0])
    every = [asked.since + timedelta(days=n) for n in range((asked.until - asked.since).days + 1)]
    found["days"] = [(day, (found["days"] or {}).get(day.isoformat(), 0)) for day in every]
    found["hours"] = [(hour, (found["hours"] or {}).get(str(hour), 0)) for hour in range(24)]
    return found


def rows(asked: Asked, part: Part, limit: int) -> list[dict[str, Any]]:
    """The chats behind a figure, those with the longest time first. Raises TooBroad after five seconds."""
    given = asked.params() | {"day": part.day, "hour": part.hour, "channel": part.channel, "only": part.only}
    with limited(MILLISECONDS), connection.cursor() as cursor:
        cursor.execute(ROWS, given | {"limit": limit})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
