"""Whose turn it is, where the tasks of a template go to one after the other (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from otklik.lib.pg import post, run

TAKE = """
INSERT INTO desk_templateturn (template_id, count) VALUES (%b, 1)
ON CONFLICT (template_id) DO UPDATE SET count = desk_templateturn.count + 1 RETURNING count - 1
"""


def take(template_id: int) -> int:
    """How many tasks were given before this one. Whoever asks next waits until the present transaction is over: a
    number is given to one task alone, and to none if that is not made. Before anything is recorded: the counter of
    events is the last of all locks."""
    return int(run(TAKE, template_id)[0][0])


def next_of(template_id: int, people: Sequence[int], away: Collection[int]) -> int:
    """Whose turn it is among them; who is away today is passed over, unless all are."""
    free = [one for one in people if one not in away] or people
    return free[take(template_id) % len(free)]


def in_order(employees: Iterable[int], groups: Iterable[Iterable[int]], *, without: Collection[int]) -> list[int]:
    """Everybody once, always in the same order, without those who work here no more."""
    people = {*employees, *(one for group in groups for one in group)}
    return sorted(people - set(without))


HOLD = """
INSERT INTO desk_templateturn (template_id, count) SELECT id, 0 FROM unnest(%b::bigint[]) AS id ORDER BY id
ON CONFLICT (template_id) DO UPDATE SET count = desk_templateturn.count
"""


def hold(template_ids: Iterable[int]) -> None:
    """Where several tasks are made in one transaction, all their turns are waited for before the first is recorded."""
    post(HOLD, sorted(set(template_ids)))
