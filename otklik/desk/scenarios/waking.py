"""Events wake the scenarios at once: one job after the commit, and at most one that waits. The job that looks for what
nobody was woken for comes every few seconds (§11.5, rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from django.db import connection, transaction

from otklik.desk.actions.events import Happening, is_following
from otklik.desk.models import Scenario
from otklik.desk.scenarios.triggers import TRIGGERS

# Seconds for which a process remembers what is waited for: the door of the webhooks asks with each batch.
REMEMBERED = 5.0

_watched: tuple[float, frozenset[str]] | None = None


def wake(sender: object, events: Sequence[Happening], **_more: object) -> None:
    # What a scenario does is seen by the job that it runs in.
    if is_following() or any(one[1] is _defer for one in connection.run_on_commit):
        return
    if any(event.task_id and event.kind in _kinds() for event in events):
        transaction.on_commit(_defer)


def _kinds() -> frozenset[str]:
    """Of the events at which a scenario that is on looks."""
    global _watched
    if _watched is None or monotonic() - _watched[0] >= REMEMBERED:
        names = Scenario.objects.filter(is_on=True, held_at=None).values_list("event", flat=True).distinct().order_by()
        kinds = frozenset[str]().union(*(TRIGGERS[name][1] for name in names if name in TRIGGERS))
        _watched = (monotonic(), kinds)
    return _watched[1]


def _defer() -> None:
    from otklik.desk import jobs

    jobs.defer_scenarios()


def forget() -> None:
    """As a process that has just begun."""
    global _watched
    _watched = None
