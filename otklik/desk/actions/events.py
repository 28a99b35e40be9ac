"""The only writer of events: timeline, chronicle, live pages, deliveries and scenarios hang from what it records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from otklik.desk.hearing import lost_notices, topics
from otklik.desk.models import Comment, Contact, Employee, Task
from otklik.desk.signals import event_recorded
from otklik.lib.pg import as_json, post, run
from otklik.live.hub import Change
from otklik.live.publish import tell


@dataclass(slots=True)
class Happening:
    """Something that just happened in the present transaction.

    `notified`: ids of employees who are to hear of it, `reason` why. `adds_comment`: the feed grew by `comment_id`.
    `moves_task`: the task goes up in lists. `is_insistent`: it is heard of even where a scenario is to be quiet
    (§8.1)."""

    kind: str
    task_id: int | None = None
    contact_id: int | None = None
    comment_id: int | None = None
    actor_id: int | None = None
    cause: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    notified: Sequence[int] = ()
    reason: str = ""
    adds_comment: bool = False
    moves_task: bool = True
    is_insistent: bool = False
    number: int = 0


# One round trip for the whole batch. The counter's row is locked from here to the commit, so it comes last of all
# locks: its condition makes PostgreSQL lock the tasks first. A task's row is written once, its place in lists and the
# counter of its feed together.
RECORD = """
WITH happened AS (
    SELECT * FROM json_to_recordset(%b::json) AS h(
        place bigint, kind text, task_id bigint, contact_id bigint, comment_id bigint, actor_id bigint, cause bigint,
        data jsonb, notified bigint[], reason text, adds_comment int, moves int)
), locked AS MATERIALIZED (
    SELECT id FROM desk_task WHERE id IN (SELECT task_id FROM happened) ORDER BY id FOR NO KEY UPDATE
), counter AS (
    UPDATE desk_counter SET value = value + %s
    WHERE name = 'event' AND (SELECT count(*) FROM locked) >= 0 RETURNING value - %s AS before
), event AS (
    INSERT INTO desk_event (number, kind, task_id, contact_id, comment_id, actor_id, cause_id, data, at)
    SELECT before + place, kind, task_id, contact_id, comment_id, actor_id, cause, data, clock_timestamp()
    FROM happened, counter
), notice AS (
    INSERT INTO desk_notice (employee_id, task_id, event_id, reason)
    SELECT DISTINCT who, task_id, before + place, reason
    FROM happened, counter, unnest(notified) AS who WHERE task_id IS NOT NULL
), task AS (
    UPDATE desk_task SET last_event = coalesce(latest, last_event), comment_count = comment_count + added,
        updated_at = CASE WHEN latest IS NULL THEN updated_at ELSE clock_timestamp() END
    FROM (
        SELECT task_id, max(before + place) FILTER (WHERE moves = 1) AS latest, sum(adds_comment) AS added
        FROM happened, counter WHERE task_id IS NOT NULL GROUP BY task_id
    ) AS news WHERE desk_task.id = news.task_id
)
SELECT before FROM counter
"""

# Whose doing it is stands beside what a scenario says and does in somebody's name.
SIGN = "UPDATE desk_comment SET data = data || jsonb_build_object('scenario_name', %s::text) WHERE id = ANY(%s)"

_cause: ContextVar[int | None] = ContextVar("cause", default=None)
_scenario: ContextVar[tuple[int, str] | None] = ContextVar("scenario", default=None)
_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@contextmanager
def caused_by(number: int, *, scenario: int, name: str = "", quietly: bool = False) -> Iterator[None]:
    """What is recorded inside follows from that event by the doing of that scenario, whose name the feed tells;
    quietly: nobody hears of it (§11.3)."""
    cause, maker, quiet = _cause.set(number), _scenario.set((scenario, name)), _is_quiet.set(quietly)
    try:
        yield
    finally:
        _cause.reset(cause)
        _scenario.reset(maker)
        _is_quiet.reset(quiet)


def is_following() -> bool:
    """Whether what is recorded now is the doing of a scenario."""
    return _cause.get() is not None


def record_many(happenings: list[Happening]) -> None:
    """Writes the events, the notices and the places of their tasks; tells open pages after the commit and whoever
    listens to `event_recorded` now. Gives each happening its number, without holes and in order."""
    if not happenings:
        return
    scenario, name = _scenario.get() or (None, "")
    if name:
        # Before the counter is locked.
        post(SIGN, name, [one.comment_id for one in happenings if one.adds_comment and one.comment_id])
    rows = [
        {
            "place": place,
            "kind": one.kind,
            "task_id": one.task_id,
            "contact_id": one.contact_id,
            "comment_id": one.comment_id,
            "actor_id": one.actor_id,
            "cause": one.cause or _cause.get(),
            "data": {**one.data, "by_scenario": scenario} if scenario else one.data,
            "notified": _told_of(one),
            "reason": one.reason,
            "adds_comment": int(one.adds_comment),
            "moves": int(one.moves_task),
        }
        for place, one in enumerate(happenings, start=1)
    ]
    [(before,)] = run(RECORD, as_json(rows), len(rows), len(rows))
    changes: dict[Change, None] = {}
    for place, one in enumerate(happenings, start=1):
        one.number = before + place
        for topic in topics(one.task_id, one.contact_id, one.notified):
            changes[Change(topic, one.kind)] = None
    event_recorded.send(None, events=happenings)
    transaction.on_commit(lambda: _tell(before, len(rows), list(changes)))


def _told_of(one: Happening) -> list[int]:
    if _is_quiet.get() and not one.is_insistent:
        return []
    return [who for who in one.notified if who != one.actor_id]


def _tell(before: int, count: int, changes: list[Change]) -> None:
    lost_notices.note_told(range(before + 1, before + count + 1))
    tell(changes)


def record(
    kind: str,
    *,
    task: Task | None = None,
    contact: Contact | None = None,
    comment: Comment | None = None,
    by: Employee | None = None,
    notified: Sequence[int] = (),
    reason: str = "",
    is_insistent: bool = False,
    **data: Any,
) -> Happening:
    """Records one event; a comment given with it has just been added to the feed by `comments`."""
    happening = Happening(
        kind,
        task_id=task.pk if task else None,
        contact_id=contact.pk if contact else None,
        comment_id=comment.pk if comment else None,
        actor_id=by.pk if by else None,
        data=data,
        notified=notified,
        reason=reason,
        adds_comment=comment is not None,
        is_insistent=is_insistent,
    )
    record_many([happening])
    return happening
