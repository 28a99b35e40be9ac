"""What scenarios did in a task, for its history."""

from __future__ import annotations

from typing import NamedTuple

from otklik.desk.models import ScenarioRun, Task
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
