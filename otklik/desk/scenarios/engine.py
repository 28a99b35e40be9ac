"""Scenarios follow the events. Each looks at each event once, in the order of their list, and reads the task as it is
then; what it does is events for the others and never for itself (contracts/planfix-behaviour.md §11.5, rules 1–4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from otklik.desk.actions.indexing import latest
from otklik.desk.models import (
    Employee,
    Event,
    Scenario,
    ScenarioEdition,
    ScenarioProgress,
    ScenarioRun,
    ScenarioSending,
    Task,
)
from otklik.desk.scenarios import brake, causes, circles, dates, holding
from otklik.desk.scenarios.conditions import Looked, asked
from otklik.desk.scenarios.logic import LogicError, parse
from otklik.desk.scenarios.performing import perform
from otklik.desk.scenarios.telling import edition_of, kept
from otklik.desk.scenarios.triggers import OF_TRASHED, TRIGGERS, Names, is_for
from otklik.live.publish import publish

BATCH = 200
KEPT = timedelta(days=90)
# Of PostgreSQL's advisory locks, the one of whoever follows the events now.
LOCK = 7_301_817

State = ScenarioRun.State


def step(limit: int = BATCH) -> int:
    """Looks at the next events; returns how many are left. Only one process does it at a time, and what one that was
    killed had in hand goes on where it stood: a run is noted before its operations, and each of them with its end."""
    with _alone() as is_alone:
        if not is_alone:
            return 0
        scenarios = list(Scenario.objects.filter(is_on=True))
        progress, _made = ScenarioProgress.objects.get_or_create(pk=1, defaults={"event": latest()})
        newest = latest()
        if not scenarios:
            ScenarioProgress.objects.filter(pk=1).update(event=newest)
            return 0
        until = min(newest, progress.event + limit)
        _look_at_all(scenarios, progress.event, until)
        holding.close({scenario.pk for scenario in scenarios if scenario.held_at}, until)
        # With what it did itself.
        return latest() - until


def due() -> int:
    """Does what has waited long enough; returns how many runs that were."""
    ready = ScenarioRun.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("due_at", "pk")
    ids = list(ready.values_list("pk", flat=True)[:BATCH])
    begun = [pk for pk in ids if _begin(pk)]
    # With those that a process had in hand when it was killed.
    left = ScenarioRun.objects.filter(state=State.RUNNING, due_at__isnull=False)
    for run in left.select_related("scenario", "actor").order_by("due_at", "pk"):
        perform(run)
    return len(begun)


@transaction.atomic
def cancel(run: ScenarioRun, *, by: Employee) -> None:
    """Somebody says that what the scenario is waiting to do in this task shall not be done."""
    waiting = ScenarioRun.objects.select_for_update().filter(state=State.WAITING)
    found = waiting.filter(scenario=run.scenario_id, task=run.task_id)
    if found.update(state=State.CANCELLED, done_at=timezone.now(), said=[["cancelled", by.name]]):
        publish([f"task:{run.task_id}"], "scenario_cancelled")


def verdict(scenario: Scenario, looked: Looked, found: dict[str, Any] | None = None) -> tuple[dict[str, bool], bool]:
    """Each condition by its number, and what the logic line makes of them. A line that makes no sense holds nothing.
    What is found is kept in `found`."""
    results = {}
    for number, row in enumerate(scenario.conditions, start=1):
        results[number], value = asked(row, looked)
        if found is not None:
            found[str(number)] = kept(str(row.get("field", "")), value, looked.comment)
    try:
        is_met = parse(scenario.logic, len(results))(results)
    except LogicError:
        is_met = False
    return {str(number): held for number, held in results.items()}, is_met


def tried(scenario: Scenario, task: Task) -> tuple[dict[str, bool], bool] | None:
    """What the scenario would say of the task now, by the task's latest fitting event; nothing is done and nothing kept
    (§11.5, rule 10). None: nothing has happened there yet that it looks at."""
    kinds = TRIGGERS[scenario.event][1] if scenario.event in TRIGGERS else frozenset()
    events = Event.objects.filter(task=task).select_related("comment__employee").order_by("-number")
    event = events.filter(kind__in=kinds).first() or events.first()
    return verdict(scenario, Looked(task, event)) if event else None


def sweep() -> None:
    before = timezone.now() - KEPT
    ScenarioRun.objects.filter(at__lt=before).exclude(state=State.WAITING).delete()
    # What is on its way out may need them still.
    gone = Scenario.everything.exclude(deleted_at=None).exclude(runs__sendings__state=ScenarioSending.State.DUE)
    gone.exclude(secrets={}).update(secrets={})
    # Of a ready-made one it stays known that it was deleted.
    Scenario.everything.filter(deleted_at__lt=before, key="").delete()


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        [is_alone] = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class Editions:
    """The words of the scenarios of a batch, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[int, ScenarioEdition | None] = {}

    def of(self, scenario: Scenario) -> ScenarioEdition | None:
        if scenario.pk not in self._known:
            self._known[scenario.pk] = edition_of(scenario)
        return self._known[scenario.pk]


def _look_at_all(scenarios: list[Scenario], after: int, until: int) -> None:
    if until == after:
        return
    kinds = frozenset[str]().union(*(TRIGGERS[one.event][1] for one in scenarios if one.event in TRIGGERS))
    events = Event.objects.filter(number__gt=after, number__lte=until, kind__in=kinds, task__isnull=False)
    looked = ScenarioRun.objects.filter(scenario__in=scenarios, event__gt=after, event__lte=until)
    runs = {(run.scenario_id, run.event): run for run in looked.select_related("scenario", "actor")}
    editions, names = Editions(), Names()
    for event in events.select_related("actor", "comment__employee").order_by("number"):
        # One that the brake holds passes by, and so does one that it stops on the way.
        wanted = [one for one in scenarios if one.held_at is None and is_for(one, event, names)]
        if wanted:
            _look(event, wanted, runs, editions)


def _look(event: Event, wanted: list[Scenario], runs: dict[tuple[int, int], ScenarioRun], editions: Editions) -> None:
    chain = causes.chain(event)
    task: Task | None = None
    for scenario in wanted:
        run = runs.get((scenario.pk, event.number))
        if run is None:
            task = task or _task(event)
            if task is None:
                return
            if task.trashed_at and scenario.event not in OF_TRASHED:
                continue
            if task.status.key == "draft":
                return
            event.task = task
            run = _note(scenario, Looked(task, event), chain, editions.of(scenario))
        if run.state == State.RUNNING:
            perform(run)
            # Those behind it in the list see what it did (rule 3).
            task = None


def _task(event: Event) -> Task | None:
    return Task.objects.select_related("status__set", "contact").filter(pk=event.task_id or 0).first()


@transaction.atomic
def _note(scenario: Scenario, looked: Looked, chain: list[int], edition: ScenarioEdition | None) -> ScenarioRun:
    found: dict[str, Any] = {}
    results, is_met = verdict(scenario, looked, found)
    run = ScenarioRun(
        scenario=scenario, task=looked.task, event=looked.event.number, actor=looked.event.actor, results=results,
        edition=edition, found=found,
    )  # fmt: skip
    run.state = _state(scenario, looked, is_met, chain)
    if run.state == State.OWN:
        run.said = [["circle", name] for name in circles.note(scenario, looked, chain)]
    now = timezone.now()
    if run.state == State.RUNNING and scenario.delay:
        run.state, run.due_at = State.WAITING, dates.after_delay(scenario, looked.task, now)
        if scenario.restarts:
            waiting = ScenarioRun.objects.filter(scenario=scenario, task=looked.task, state=State.WAITING)
            waiting.update(state=State.RESTARTED, done_at=now)
        publish([f"task:{looked.task.pk}"], "scenario_waits")
    if run.state == State.RUNNING and brake.holds(scenario, looked.task, looked.event):
        run.state = State.HELD
    run.save()
    return run


def _state(scenario: Scenario, looked: Looked, is_met: bool, chain: list[int]) -> State:
    if not is_met:
        return State.NOT_MET
    if scenario.pk in chain:
        return State.OWN
    if scenario.event not in ("met", "still"):
        return State.RUNNING
    # Before the first look nothing is known: then the conditions did not hold.
    looks = ScenarioRun.objects.filter(scenario=scenario, task=looked.task, event__lt=looked.event.number)
    last = looks.order_by("-event").values_list("state", flat=True).first()
    return State.STEADY if scenario.event == "met" and (last or State.NOT_MET) != State.NOT_MET else State.RUNNING


@transaction.atomic
def _begin(pk: int) -> bool:
    """Whether a run that waited is done now."""
    runs = ScenarioRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("scenario")
    found = runs.filter(pk=pk, state=State.WAITING).first()
    if found is None:
        return False
    found.state = _state_when_due(found)
    if found.state != State.RUNNING:
        found.done_at = timezone.now()
        publish([f"task:{found.task_id}"], "scenario_over")
    found.save(update_fields=["state", "results", "found", "edition", "said", "done_at"])
    return found.state == State.RUNNING


def _state_when_due(run: ScenarioRun) -> State:
    scenario = run.scenario
    event = Event.objects.select_related("comment__employee", "actor").filter(pk=run.event).first()
    task = Task.objects.select_related("status__set", "contact").filter(pk=run.task_id).first()
    if not scenario.is_on or task is None or event is None:
        return State.CANCELLED
    if task.trashed_at and scenario.event not in OF_TRASHED:
        return State.CANCELLED
    if scenario.held_at:
        return State.HELD
    looked = Looked(task, event)
    if not run.results:
        # It was passed by while the brake held the scenario: this is the first look.
        run.results, is_met = verdict(scenario, looked, run.found)
        run.edition = edition_of(scenario)
        state = _state(scenario, looked, is_met, causes.chain(event))
        if state != State.RUNNING:
            return state
    elif scenario.still_holds and not verdict(scenario, looked)[1]:
        return State.LAPSED
    return State.HELD if brake.holds(scenario, task, event) else State.RUNNING
