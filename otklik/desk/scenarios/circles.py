"""Scenarios that answer each other: what one does starts the other, whose doing would start the first again. Each runs
once, and an administrator hears by name who they are (§11.5, rule 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from otklik.desk.models import Event, Scenario, ScenarioRun
from otklik.desk.scenarios import causes
from otklik.desk.scenarios.conditions import OF_EVENT, Looked


def note(scenario: Scenario, looked: Looked, chain: Sequence[int]) -> list[str]:
    """Keeps with each of a circle who the others are, when a scenario meets what follows from its own doing; `chain`:
    that of the event. Returns the names of those by whom the circle closes, the first one first; none where a scenario
    only meets what it did itself, or what others did without it."""
    event = looked.event
    others = causes.between(scenario.pk, causes.makers(event))[::-1]
    if not others and chain[0] != scenario.pk and _answers(chain[0], scenario.pk, event):
        others = [chain[0]]
    if not others:
        return []
    circle = {scenario.pk, *others}
    for one in Scenario.objects.filter(pk__in=circle):
        partners = sorted(circle - {one.pk})
        if partners != one.circle.get("with"):
            found = {"with": partners, "task": looked.task.number, "at": timezone.now().isoformat()}
            Scenario.objects.filter(pk=one.pk).update(circle=found)
    names = dict(Scenario.objects.filter(pk__in=others).values_list("pk", "name"))
    return [names[pk] for pk in others if pk in names]


def _answers(maker: int, scenario: int, event: Event) -> bool:
    """Whether the maker of an event looks at what the scenario had done before it at the same cause, so that it may
    have acted for that alone: all that it asks of the event itself held there."""
    deeds = Event.objects.filter(task=event.task_id, cause=event.cause_id, data__by_scenario=scenario)
    for run in ScenarioRun.objects.filter(scenario=maker, event__in=deeds.values("number")).select_related("scenario"):
        rows = enumerate(run.scenario.conditions, start=1)
        asked = [str(number) for number, row in rows if row.get("field") in OF_EVENT]
        if all(run.results.get(number) for number in asked):
            return True
    return False


def partners(scenario: Scenario, among: Iterable[Scenario] | None = None) -> list[str]:
    """Names of those that are on and with which it has been found in a circle. `among`: all there are, where they are
    read already."""
    if not scenario.circle:
        return []
    known = set(scenario.circle.get("with", []))
    there = Scenario.objects.filter(pk__in=known) if among is None else among
    return [one.name for one in there if one.is_on and one.pk in known]
