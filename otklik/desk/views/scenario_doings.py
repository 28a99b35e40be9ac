"""What scenarios did in a task, for its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from otklik.desk.models import Event, Scenario, ScenarioRun, Task
from otklik.desk.scenarios import telling

MOST = 20
State = ScenarioRun.State
ACTED = (State.RUNNING, State.DONE, State.FAILED, State.HELD)


class Doing(NamedTuple):
    run: ScenarioRun
    # Names of the operations, each with what was said against it.
    deeds: list[tuple[str, str]]


def of(task: Task) -> list[Doing]:
    """The latest runs that did something, or that the brake stopped. What values they used stands in the log alone:
    not everybody here may see them."""
    runs = ScenarioRun.objects.filter(task=task, state__in=ACTED).select_related("scenario").order_by("-at", "-pk")
    return [Doing(run, [(one.operation, one.sentence) for one in telling.done(run)]) for run in runs[:MOST]]


def makers(events: Iterable[Event]) -> dict[int, str]:
    """Names of the scenarios that made them, by the number of the event; those that were deleted since, too."""
    made = {one.number: one.data.get("by_scenario") for one in events if "by_scenario" in one.data}
    names = dict(Scenario.everything.filter(pk__in=made.values()).values_list("pk", "name")) if made else {}
    return {number: names[pk] for number, pk in made.items() if pk in names}
