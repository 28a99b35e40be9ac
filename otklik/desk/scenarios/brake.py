"""What stops a scenario that does more than anybody meant it to: far more often within an hour than it usually does, or
again and again by what scenarios themselves have done, in a circle. It stops, says so, and asks (field note 21).

Only what was done counts. Looks, waiting runs and those that were cancelled, restarted or lapsed did nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from otklik.desk.actions.events import record_many
from otklik.desk.actions.system_lines import line
from otklik.desk.models import Employee, Event, Scenario, ScenarioProgress, ScenarioRun, Task
from otklik.desk.scenarios import causes
from otklik.desk.scenarios.robot import robot

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
# So often by consequences of one and the same event within so short a time is a circle.
CIRCLE, SHORT = 10, timedelta(minutes=10)
# Within an hour a scenario may do what it says, and so many times as much as in an hour of the last week.
TIMES_USUAL = 5
State = ScenarioRun.State
OVER = (State.DONE, State.FAILED)


def holds(scenario: Scenario, task: Task, event: Event) -> bool:
    """Whether the scenario may not go on now: an administrator has to say so first. `scenario` is its row of now."""
    fresh = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    scenario.held_at, scenario.counted_from = fresh.held_at, fresh.counted_from
    if scenario.held_at:
        return True
    now = timezone.now()
    turns = _turns(scenario, event, now) if event.cause_id else 0
    if turns >= CIRCLE:
        _stop(scenario, task, "loop", turns, _names([*causes.makers(event), scenario.pk]))
        return True
    in_hour = _done(scenario, now - HOUR, now).count()
    if in_hour >= scenario.most_per_hour and in_hour >= TIMES_USUAL * _usual(scenario, now):
        _stop(scenario, task, "volume", in_hour, [])
        return True
    return False


def _done(scenario: Scenario, since: datetime, now: datetime) -> QuerySet[ScenarioRun]:
    """What it has done since then, and what it is doing. After the clock was set back nothing lies ahead of now."""
    if scenario.counted_from and since < scenario.counted_from <= now:
        since = scenario.counted_from
    over = Q(state__in=OVER, done_at__gt=since, done_at__lte=now)
    return ScenarioRun.objects.filter(over | Q(state=State.RUNNING), scenario=scenario)


def _turns(scenario: Scenario, event: Event, now: datetime) -> int:
    """How often it has followed lately from the event with which this one began. What a client or a colleague does
    begins anew each time: however much they talk, they turn in no circle."""
    lately = list(_done(scenario, now - SHORT, now).values_list("event", flat=True))
    if len(lately) < CIRCLE:
        return 0
    found = causes.roots([*lately, event.number])
    return sum(found.get(number) == found[event.number] for number in lately)


def _usual(scenario: Scenario, now: datetime) -> float:
    """What it does in an hour in which it does something, by the last week."""
    done = ScenarioRun.objects.filter(
        scenario=scenario, state__in=OVER, done_at__gt=now - WEEK, done_at__lte=now - HOUR
    )
    by_hour = done.annotate(hour=TruncHour("done_at")).values("hour").annotate(times=Count("pk")).order_by()
    counts = [row["times"] for row in by_hour]
    return sum(counts) / len(counts) if counts else 0.0


def _stop(scenario: Scenario, task: Task, why: str, count: int, others: list[str]) -> None:
    progress = ScenarioProgress.objects.values_list("event", flat=True).filter(pk=1).first()
    scenario.held_at = timezone.now()
    # `after`: what happened up to there it has looked at.
    scenario.held_why = {"why": why, "count": count, "task": task.number, "with": others, "after": progress or 0}
    scenario.save(update_fields=["held_at", "held_why"])
    administrators = [one.pk for one in Employee.objects.active() if one.is_administrator]
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    data = {"scenario": scenario.name, "why": why, "count": count, "with": others}
    told = line("scenario_held", task, robot(), data, notified=administrators, reason="scenario")
    told.moves_task = False
    record_many([told])


def _names(scenarios: list[int]) -> list[str]:
    names = dict(Scenario.objects.filter(pk__in=scenarios).values_list("pk", "name"))
    return [names[pk] for pk in dict.fromkeys(scenarios) if pk in names]
