"""What a scenario would have done in the last 90 days; nothing but the record of it is written (field note 21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.indexing import latest
from otklik.desk.errors import NotAllowed
from otklik.desk.models import DryRun, DryRunFiring, Employee, Event, Scenario, Task
from otklik.desk.scenarios.causes import chain
from otklik.desk.scenarios.conditions import compared, field_of
from otklik.desk.scenarios.conditions.operators import FIELD
from otklik.desk.scenarios.dates import after_delay, kinds_of, offset_of, set_by
from otklik.desk.scenarios.logic import LogicError, parse
from otklik.desk.scenarios.past import UNKNOWN, Moment, found_by, moments
from otklik.desk.scenarios.triggers import TRIGGERS, Names, is_for, is_known_before

DAYS = 90
# Due dates that were chosen so many days before they were reached are found.
MOST_AHEAD = 365
PARTS = (
    "event", "event_options", "conditions", "logic", "delay", "in_working_time", "of_assignees", "restarts",
    "still_holds", "operations",
)  # fmt: skip
BATCH = 50


@dataclass
class Firing:
    event: int
    at: datetime
    is_sure: bool


@dataclass
class Found:
    firings: list[Firing] = field(default_factory=list)
    looks: int = 0
    waiting: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


def begin(scenario: Scenario, *, by: Employee) -> DryRun:
    """In place of an earlier one. Raises NotAllowed."""
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change scenarios."))
    with transaction.atomic():
        Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
        DryRun.objects.filter(scenario=scenario).delete()
        now = timezone.now()
        values = {part: getattr(scenario, part) for part in PARTS}
        since = now - timedelta(days=DAYS)
        return DryRun.objects.create(
            scenario=scenario, by=by, values=values, since=since, started_at=now, last_event=latest()
        )


def tasks_of(run: DryRun) -> list[int]:
    """Ids, in their order, of the tasks in which something happened that it looks at."""
    kinds = TRIGGERS[run.values["event"]][1] if run.values["event"] in TRIGGERS else frozenset()
    since = run.since
    if run.values["event"] == "date":
        # A date may be reached long after the event that set it.
        options = run.values["event_options"]
        kinds = frozenset(kinds_of(options["date"]))
        is_ahead = is_known_before(options["date"])
        since = run.since - (timedelta(days=MOST_AHEAD) if is_ahead else _offset(options))
    events = Event.objects.filter(kind__in=kinds, at__gte=since, number__lte=run.last_event, task__isnull=False)
    return sorted(set(events.values_list("task", flat=True)))


@transaction.atomic
def step(pk: int) -> bool:
    """Looks at the next tasks; returns whether some are left. Killed in between, it goes on where it stood."""
    run = DryRun.objects.select_for_update(of=("self",)).filter(pk=pk, state=DryRun.State.RUNNING).first()
    if run is None:
        return False
    ids = tasks_of(run)
    left = [one for one in ids if one > run.cursor]
    scenario = Scenario(pk=run.scenario_id, **run.values)
    # What is a draft was given to nobody: scenarios do not look at it, and only its author reads its name.
    looked = Task.objects.filter(pk__in=left[:BATCH]).exclude(status__key="draft")
    for task in looked.order_by("pk"):
        found = look(scenario, task, run)
        rows = [DryRunFiring(run=run, task=task, event=x.event, at=x.at, is_sure=x.is_sure) for x in found.firings]
        DryRunFiring.objects.bulk_create(rows)
        run.looks += found.looks
        run.waiting += found.waiting
        run.unknown = dict(Counter(run.unknown) + found.unknown)
    run.total, run.looked = len(ids), len(ids) - len(left[BATCH:])
    run.cursor = left[:BATCH][-1] if left else run.cursor
    if not left[BATCH:]:
        run.state, run.done_at = DryRun.State.DONE, timezone.now()
    run.save()
    return bool(left[BATCH:])


def look(scenario: Scenario, task: Task, run: DryRun) -> Found:
    """What it would have done in one task."""
    all_of_it = Event.objects.filter(task=task).select_related("comment__employee").order_by("number")
    past = moments(task, list(all_of_it))
    found = Found()
    if scenario.event == "date":
        _look_at_dates(scenario, task, past, run, found)
        return found
    held: bool | None = False
    names = Names()
    for place, moment in enumerate(past):
        event = moment.event
        if event.number > run.last_event or moment.then.is_trashed or not is_for(scenario, event, names):
            continue
        results, is_met = verdict(scenario, moment)
        is_new, held = _is_new(scenario, held, is_met), is_met
        if event.at < run.since:
            continue
        found.looks += 1
        found.unknown.update(number for number, result in results.items() if result is None)
        if is_new is False or scenario.pk in chain(event):
            continue
        _note(scenario, task, found, Firing(event.number, event.at, is_new is True), past[place:], run)
    return found


def _look_at_dates(scenario: Scenario, task: Task, past: list[Moment], run: DryRun, found: Found) -> None:
    """As if the date had become an event whenever it was reached."""
    for place, at in _reached(scenario, past):
        if not run.since <= at <= run.started_at:
            continue
        last = max(number for number, one in enumerate(past) if one.event.at <= max(at, past[place].event.at))
        moment = past[last]
        if moment.then.is_trashed:
            continue
        found.looks += 1
        results, is_met = verdict(scenario, moment)
        found.unknown.update(number for number, result in results.items() if result is None)
        if is_met is not False:
            _note(scenario, task, found, Firing(past[place].event.number, at, is_met is True), past[last:], run)


def _reached(scenario: Scenario, past: list[Moment]) -> Iterator[tuple[int, datetime]]:
    """(place of the event that set the date, when it was reached): until another event sets it anew."""
    name = scenario.event_options.get("date", "")
    kinds = kinds_of(name)
    told = [(place, set_by(one.event, name)) for place, one in enumerate(past) if one.event.kind in kinds]
    sets = [(place, found[0]) for place, found in told if found]
    if not sets:
        return
    for (place, at), following in zip(sets, [*(place for place, _at in sets[1:]), None], strict=True):
        if at is None:
            continue
        at += offset_of(scenario)
        # A due date that lay in the past when it was chosen is reached by then.
        if following is None or at <= past[following].event.at:
            yield place, at


def _offset(options: dict[str, Any]) -> timedelta:
    return timedelta(seconds=int(options.get("offset", 0)))


def verdict(scenario: Scenario, moment: Moment) -> tuple[dict[str, bool | None], bool | None]:
    """Each condition by its number and what the line makes of them; None: it hangs from what is not kept. The line has
    no NOT, so it is certain where it says the same for all unknown ones true and for all false."""
    results = {number: _held(row, moment) for number, row in enumerate(scenario.conditions, start=1)}
    told = {str(number): held for number, held in results.items()}
    try:
        decide = parse(scenario.logic, len(results))
    except LogicError:
        return told, False
    least = decide({number: held is True for number, held in results.items()})
    most = decide({number: held is not False for number, held in results.items()})
    return told, least if least == most else None


def _held(row: dict[str, Any], moment: Moment) -> bool | None:
    """None: what is asked, or what it is compared with, is not kept."""
    field, find = field_of(row.get("field", "")), found_by(row.get("field", ""))
    operator = field.operators.get(row.get("operator", "")) if field else None
    if field is None or operator is None or find is None:
        return None
    found, other = find(moment), None
    if operator.takes == FIELD:
        find_other = found_by(row["values"][0])
        other = find_other(moment) if find_other else UNKNOWN
    if found is UNKNOWN or other is UNKNOWN:
        return None
    today = timezone.localtime(moment.at).date()
    return compared(field, row, found, other=other, today=today)


def _is_new(scenario: Scenario, held: bool | None, is_met: bool | None) -> bool | None:
    """Whether it fires; `held`: at the look before."""
    if scenario.event != "met" or held is False or is_met is False:
        return is_met
    return False if held else None


def _note(scenario: Scenario, task: Task, found: Found, firing: Firing, later: list[Moment], run: DryRun) -> None:
    """Puts a firing among those that would have come, after its delay and only if the conditions held then."""
    if not scenario.delay:
        found.firings.append(firing)
        return
    due = after_delay(scenario, task, firing.at)
    if scenario.restarts:
        # It was still waiting: the countdown begins anew.
        while found.firings and firing.is_sure and found.firings[-1].at > firing.at:
            found.firings.pop()
        found.waiting = 0 if firing.is_sure else found.waiting
    if due > run.started_at:
        found.waiting += 1
        return
    then = [one for one in later if one.event.at <= due][-1]
    if then.then.is_trashed:
        return
    is_sure = firing.is_sure
    if scenario.still_holds:
        is_met = verdict(scenario, Moment(then.task, later[0].event, then.then, later=due))[1]
        if is_met is False:
            return
        is_sure = is_sure and is_met is True
    found.firings.append(Firing(firing.event, due, is_sure))


def left_undone() -> list[int]:
    running = DryRun.objects.filter(state=DryRun.State.RUNNING)
    return list(running.order_by("pk").values_list("pk", flat=True))


def per_day(run: DryRun) -> list[tuple[Any, int]]:
    """(day, firings) for each day, in the reader's zone."""
    zone = timezone.get_current_timezone()
    times = DryRunFiring.objects.filter(run=run).values_list("at", flat=True)
    counts = Counter(at.astimezone(zone).date() for at in times.iterator())
    first, last = run.since.astimezone(zone).date(), run.started_at.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, counts[day]) for day in days]
