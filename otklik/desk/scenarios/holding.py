"""What happens while the brake holds a scenario costs nothing and is not lost: whoever lets it go on has it done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from otklik.desk.models import Event, Scenario, ScenarioProgress, ScenarioRun
from otklik.desk.scenarios import dates
from otklik.desk.scenarios.triggers import TRIGGERS, Names, is_for

State = ScenarioRun.State
# More than that nobody means to catch up with.
MOST = 20_000


def waiting(scenarios: Iterable[Scenario]) -> dict[int, int]:
    """How many runs and events wait for the administrator, by the id of each that the brake holds."""
    held = {one.pk: one for one in scenarios if one.held_at}
    if not held:
        return {}
    runs = ScenarioRun.objects.filter(scenario__in=held, state=State.HELD).order_by()
    counts = dict.fromkeys(held, 0) | dict(runs.values_list("scenario").annotate(count=Count("pk")))
    until = _progress()
    after = {pk: int(one.held_why.get("after", until)) for pk, one in held.items()}
    for _event, scenario in _passed_by(list(held.values()), after, until):
        counts[scenario.pk] += 1
    return counts


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
    return (event for event, _scenario in _passed_by([scenario], {scenario.pk: after}, until))


def _passed_by(scenarios: Sequence[Scenario], after: Mapping[int, int], until: int) -> Iterator[tuple[Event, Scenario]]:
    """What each of them has not looked at since its own event of `after`, in the order of the events."""
    first = min(after.values())
    kinds = frozenset[str]().union(*(TRIGGERS[one.event][1] for one in scenarios if one.event in TRIGGERS))
    events = Event.objects.filter(number__gt=first, number__lte=until, kind__in=kinds, task__isnull=False)
    looked = ScenarioRun.objects.filter(scenario__in=scenarios, event__gt=first, event__lte=until)
    done, names = set(looked.values_list("scenario", "event")), Names()
    for event in events.select_related("task").order_by("number")[:MOST]:
        for one in scenarios:
            if event.number <= after[one.pk] or (one.pk, event.number) in done:
                continue
            if is_for(one, event, names):
                yield event, one


def _after(scenario: Scenario) -> int:
    return int(scenario.held_why.get("after", _progress()))


def _progress() -> int:
    return ScenarioProgress.objects.values_list("event", flat=True).filter(pk=1).first() or 0
