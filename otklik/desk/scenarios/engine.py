"""Scenarios follow the events. Each looks at each event once, in the order of their list, and reads the task as it is
then; what it does is events for the others and never for itself (contracts/planfix-behaviour.md §11.5, rules 1–4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from otklik.desk.actions import company
from otklik.desk.actions.events import caused_by
from otklik.desk.actions.indexing import latest
from otklik.desk.errors import DeskError
from otklik.desk.models import Employee, Event, Scenario, ScenarioProgress, ScenarioRun, Task
from otklik.desk.scenarios import brake
from otklik.desk.scenarios.conditions import Looked, holds
from otklik.desk.scenarios.logic import LogicError, parse
from otklik.desk.scenarios.operations import OPERATIONS, Deed
from otklik.desk.scenarios.speaking import in_whose_name
from otklik.desk.scenarios.triggers import OF_TRASHED, TRIGGERS, is_for
from otklik.live.publish import publish

BATCH = 200
# A chain of consequences longer than this does not happen: each scenario stands in it at most once.
LONGEST_CHAIN = 200
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
        if not scenarios:
            ScenarioProgress.objects.filter(pk=1).update(event=latest())
            return 0
        events = Event.objects.filter(number__gt=progress.event).order_by("number")
        related = events.select_related("actor", "comment__employee", "task__status__set")[:limit]
        for event in related:
            _look(event, scenarios)
            ScenarioProgress.objects.filter(pk=1).update(event=event.number)
            progress.event = event.number
        return max(0, latest() - progress.event)


def due() -> int:
    """Does what has waited long enough; returns how many runs that were."""
    ready = ScenarioRun.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("due_at", "pk")
    ids = list(ready.values_list("pk", flat=True)[:BATCH])
    begun = [pk for pk in ids if _begin(pk)]
    # With those that a process had in hand when it was killed.
    left = ScenarioRun.objects.filter(state=State.RUNNING, due_at__isnull=False)
    for run in left.select_related("scenario", "actor").order_by("due_at", "pk"):
        _perform(run)
    return len(begun)


@transaction.atomic
def cancel(run: ScenarioRun, *, by: Employee) -> None:
    """Somebody says that a waiting run shall not be done."""
    found = ScenarioRun.objects.select_for_update().filter(pk=run.pk, state=State.WAITING)
    if found.update(state=State.CANCELLED, done_at=timezone.now(), said=[["cancelled", by.name]]):
        publish([f"task:{run.task_id}"], "scenario_cancelled")


def verdict(scenario: Scenario, looked: Looked) -> tuple[dict[str, bool], bool]:
    """Each condition by its number, and what the logic line makes of them. A line that makes no sense holds nothing."""
    results = {number: holds(row, looked) for number, row in enumerate(scenario.conditions, start=1)}
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
    ScenarioRun.objects.filter(at__lt=timezone.now() - KEPT).exclude(state=State.WAITING).delete()


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


def _look(event: Event, scenarios: list[Scenario]) -> None:
    if event.task_id is None or event.task is None:
        return
    wanted = [scenario for scenario in scenarios if is_for(scenario, event)]
    before = chain(event) if wanted and event.cause_id else set()
    for scenario in wanted:
        run = ScenarioRun.objects.filter(scenario=scenario, event=event.number).first()
        if run is None:
            # Those before it in the list may have changed the task.
            task = Task.objects.select_related("status__set").filter(pk=event.task_id).first()
            if task is None:
                return
            if task.trashed_at and scenario.event not in OF_TRASHED:
                continue
            event.task = task
            run = _note(scenario, Looked(task, event), before)
        if run.state == State.RUNNING:
            _perform(run)


def chain(event: Event) -> set[int]:
    """Ids of the scenarios from which this event follows."""
    numbers: list[int] = []
    cause = event.cause_id
    while cause and len(numbers) < LONGEST_CHAIN:
        numbers.append(cause)
        cause = Event.objects.filter(pk=cause).values_list("cause", flat=True).first()
    runs = ScenarioRun.objects.filter(event__in=numbers).exclude(state__in=[State.NOT_MET, State.STEADY])
    return set(runs.values_list("scenario", flat=True))


@transaction.atomic
def _note(scenario: Scenario, looked: Looked, before: set[int]) -> ScenarioRun:
    results, is_met = verdict(scenario, looked)
    run = ScenarioRun(
        scenario=scenario, task=looked.task, event=looked.event.number, actor=looked.event.actor, results=results
    )
    run.state = _state(scenario, looked.task, is_met, scenario.pk in before)
    now = timezone.now()
    if run.state == State.RUNNING and brake.holds(scenario, looked.task):
        run.state = State.HELD
    if run.state == State.RUNNING and scenario.delay:
        run.state, run.due_at = State.WAITING, _due(scenario, now)
        if scenario.restarts:
            waiting = ScenarioRun.objects.filter(scenario=scenario, task=looked.task, state=State.WAITING)
            waiting.update(state=State.RESTARTED, done_at=now)
        publish([f"task:{looked.task.pk}"], "scenario_waits")
    run.save()
    return run


def _state(scenario: Scenario, task: Task, is_met: bool, is_own: bool) -> State:
    if not is_met:
        return State.NOT_MET
    if is_own:
        return State.OWN
    if scenario.event not in ("met", "still"):
        return State.RUNNING
    # Before the first look nothing is known: then the conditions did not hold.
    last = ScenarioRun.objects.filter(scenario=scenario, task=task).order_by("-event").values_list("state", flat=True)
    held = (last.first() or State.NOT_MET) != State.NOT_MET
    return State.STEADY if scenario.event == "met" and held else State.RUNNING


def _due(scenario: Scenario, now: datetime) -> datetime:
    delay = timedelta(seconds=scenario.delay)
    return company.after(now, delay) if scenario.in_working_time else now + delay


@transaction.atomic
def _begin(pk: int) -> bool:
    """Whether a run that waited is done now."""
    run = ScenarioRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("scenario").filter(pk=pk)
    found = run.filter(state=State.WAITING).first()
    if found is None:
        return False
    event = Event.objects.select_related("comment").filter(pk=found.event).first()
    task = Task.objects.select_related("status__set").filter(pk=found.task_id).first()
    found.state = State.RUNNING
    is_gone = task is None or (task.trashed_at is not None and found.scenario.event not in OF_TRASHED)
    if not found.scenario.is_on or is_gone or task is None or event is None:
        found.state = State.CANCELLED
    elif found.scenario.held_at:
        found.state = State.HELD
    elif found.scenario.still_holds and not verdict(found.scenario, Looked(task, event))[1]:
        found.state = State.LAPSED
    if found.state != State.RUNNING:
        found.done_at = timezone.now()
        publish([f"task:{found.task_id}"], "scenario_over")
    found.save(update_fields=["state", "done_at"])
    return found.state == State.RUNNING


def _perform(run: ScenarioRun) -> None:
    """One operation after the other, each whole with the note that it is through."""
    operations = run.scenario.operations
    while run.step < len(operations):
        with transaction.atomic():
            run = ScenarioRun.objects.select_for_update(of=("self",)).select_related("scenario", "actor").get(pk=run.pk)
            if run.state != State.RUNNING or run.step >= len(operations):
                return
            run.said.append(_do(run, operations[run.step]))
            run.step += 1
            run.save(update_fields=["step", "said"])
    failed = any(word == "refused" for word, _sentence in run.said)
    ScenarioRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
        state=State.FAILED if failed else State.DONE, done_at=timezone.now()
    )
    publish([f"task:{run.task_id}"], "scenario_over")


def _do(run: ScenarioRun, row: dict[str, str]) -> list[str]:
    operation = OPERATIONS.get(row.get("kind", ""))
    task = Task.objects.select_related("status__set", "contact", "source").filter(pk=run.task_id).first()
    if operation is None or task is None:
        return ["refused", ""]
    try:
        with transaction.atomic(), caused_by(run.event, quietly=run.scenario.is_quiet):
            operation.do(Deed(task, row, run.actor, in_whose_name(run.scenario, task, run.actor), run))
    except DeskError as error:
        return ["refused", str(error)[:300]]
    return ["done", ""]
