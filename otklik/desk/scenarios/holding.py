"""What happens while the brake holds a scenario costs nothing and is not lost: whoever lets it go on has it done."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from otklik.desk.models import Event, Scenario, ScenarioProgress, ScenarioRun
from otklik.desk.scenarios import dates
from otklik.desk.scenarios.triggers import TRIGGERS, is_for

State = ScenarioRun.State
# More than that nobody means to catch up with.
MOST = 20_000


def waiting(scenario: Scenario) -> int:
    """How many runs and events wait for the administrator."""
    held = ScenarioRun.objects.filter(scenario=scenario, state=State.HELD).count()
    return held + sum(1 for _event in _passed(scenario, _after(scenario), _progress()))


@transaction.atomic
def take_over(scenario: Scenario) -> None:
    """Of a scenario that goes on: what it stopped at waits no more for anybody, and what it passed by while it was held
    is looked at; `scenario` is locked."""
    now = timezone.now()
    ScenarioRun.objects.filter(scenario=scenario, state=State.HELD).update(state=State.WAITING, due_at=now)
    _note(scenario, _after(scenario), _progress())


@transaction.atomic
def close(passed: set[int], until: int) -> None:
    """Ends a batch of events that those scenarios passed by. One that was let go on meanwhile takes the rest over."""
    freed = Scenario.objects.select_for_update(of=("self",)).filter(pk__in=passed, held_at=None, is_on=True)
    before = _progress()
    for scenario in freed:
        _note(scenario, before, until)
    ScenarioProgress.objects.filter(pk=1).update(event=until)


def _note(scenario: Scenario, after: int, until: int) -> None:
    """Without results: the conditions are asked when the run begins."""
    now = timezone.now()
    events = list(_passed(scenario, after, until))
    if scenario.restarts:
        # The latest of each task alone.
        events = list({event.task_id: event for event in events}.values())
    rows = [
        ScenarioRun(
            scenario=scenario, task_id=event.task_id or 0, event=event.number, actor_id=event.actor_id,
            state=State.WAITING, due_at=max(now, dates.after_delay(scenario, event.task, event.at)),
        )
        for event in events
        if event.task
    ]  # fmt: skip
    ScenarioRun.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _passed(scenario: Scenario, after: int, until: int) -> Iterator[Event]:
    kinds = TRIGGERS[scenario.event][1] if scenario.event in TRIGGERS else frozenset()
    events = Event.objects.filter(number__gt=after, number__lte=until, kind__in=kinds, task__isnull=False)
    looked = ScenarioRun.objects.filter(scenario=scenario, event__gt=after, event__lte=until)
    done = set(looked.values_list("event", flat=True))
    for event in events.select_related("task").order_by("number")[:MOST]:
        if event.number not in done and is_for(scenario, event):
            yield event


def _after(scenario: Scenario) -> int:
    return int(scenario.held_why.get("after", _progress()))


def _progress() -> int:
    return ScenarioProgress.objects.values_list("event", flat=True).filter(pk=1).first() or 0
