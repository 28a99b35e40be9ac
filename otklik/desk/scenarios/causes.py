"""From which scenarios an event follows, by what each event says of its cause (§11.5, rules 2 and 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from otklik.desk.models import Event, ScenarioRun

# A chain of consequences longer than this does not happen: each scenario stands in it at most once.
LONGEST = 200
CHAIN = """
WITH RECURSIVE chain AS (
    SELECT number, cause_id, data, 0 AS depth FROM desk_event WHERE number = %s
    UNION ALL
    SELECT e.number, e.cause_id, e.data, depth + 1 FROM desk_event e JOIN chain ON e.number = chain.cause_id
    WHERE depth < %s
)
SELECT cause_id, (data->>'by_scenario')::bigint FROM chain WHERE cause_id IS NOT NULL ORDER BY depth
"""
ROOTS = """
WITH RECURSIVE chain AS (
    SELECT number AS start, number, cause_id, 0 AS depth FROM desk_event WHERE number = ANY(%s)
    UNION ALL
    SELECT start, e.number, e.cause_id, depth + 1 FROM desk_event e JOIN chain ON e.number = chain.cause_id
    WHERE depth < %s
)
SELECT DISTINCT ON (start) start, number FROM chain ORDER BY start, depth DESC
"""

ACTED = (ScenarioRun.State.RUNNING, ScenarioRun.State.DONE, ScenarioRun.State.FAILED)


def makers(event: Event) -> list[int]:
    """Ids of the scenarios whose doing led to this event, link by link, the latest first, each once."""
    return list(dict.fromkeys(maker for _cause, maker in _links(event) if maker is not None))


def chain(event: Event) -> list[int]:
    """Ids of the scenarios that it is not news for: `makers`, and who had acted at the same event before one of them,
    because later ones see what earlier ones did."""
    if not event.cause_id:
        return []
    links = _links(event)
    acted = ScenarioRun.objects.filter(event__in=[cause for cause, _maker in links], state__in=ACTED)
    rows = list(acted.order_by("-pk").values_list("event", "scenario", "pk"))
    places = {(number, scenario): pk for number, scenario, pk in rows}
    found: list[int] = []
    for cause, maker in links:
        # Events of earlier times do not say who made them: it was one of those that fired at their cause.
        last = places.get((cause, maker)) if maker is not None else None
        found += [maker] if maker is not None else []
        found += [one for number, one, pk in rows if number == cause and (last is None or pk < last)]
    return list(dict.fromkeys(found))


def _links(event: Event) -> list[tuple[int, int | None]]:
    """(event at which a scenario acted, the scenario), the latest first."""
    if not event.cause_id:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [event.number, LONGEST])
        return list(cursor.fetchall())


def between(scenario: int, chain: Sequence[int]) -> list[int]:
    """Of a chain: those by whom a scenario would have answered its own doing; empty where there is nobody but it."""
    return list(chain[: chain.index(scenario)]) if scenario in chain else []


def roots(numbers: Iterable[int]) -> dict[int, int]:
    """{event: the event from outside with which it began}."""
    with connection.cursor() as cursor:
        cursor.execute(ROOTS, [list(numbers), LONGEST])
        return dict(cursor.fetchall())
