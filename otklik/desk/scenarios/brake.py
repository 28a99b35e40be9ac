"""What stops a scenario that does more than anybody meant it to: too often within an hour, or again and again in one
task, as when it talks with another system in a circle. It stops, says so, and asks (field note 21)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from otklik.desk.actions.events import record_many
from otklik.desk.actions.system_lines import line
from otklik.desk.models import Employee, Scenario, ScenarioRun, Task
from otklik.desk.scenarios.robot import robot

HOUR = timedelta(hours=1)
# So often within so short a time in one task is a circle.
CIRCLE, SHORT = 10, timedelta(minutes=10)
State = ScenarioRun.State
# Looks that do nothing.
IDLE = (State.NOT_MET, State.STEADY, State.OWN, State.HELD)


def holds(scenario: Scenario, task: Task) -> bool:
    """Whether the scenario may not go on now: an administrator has to say so first. `scenario` is its row of now."""
    fresh = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    scenario.held_at, scenario.counted_from = fresh.held_at, fresh.counted_from
    if scenario.held_at:
        return True
    done = ScenarioRun.objects.filter(scenario=scenario).exclude(state__in=IDLE)
    now = timezone.now()
    in_task = done.filter(task=task, at__gt=_since(scenario, now - SHORT)).count()
    if in_task >= CIRCLE:
        _stop(scenario, task, "loop", in_task)
        return True
    in_hour = done.filter(at__gt=_since(scenario, now - HOUR)).count()
    if in_hour >= scenario.most_per_hour:
        _stop(scenario, task, "volume", in_hour)
        return True
    return False


def _since(scenario: Scenario, moment: datetime) -> datetime:
    return max(moment, scenario.counted_from) if scenario.counted_from else moment


def _stop(scenario: Scenario, task: Task, why: str, count: int) -> None:
    others = _others(task) if why == "loop" else []
    scenario.held_at = timezone.now()
    scenario.held_why = {"why": why, "count": count, "task": task.number, "with": others}
    scenario.save(update_fields=["held_at", "held_why"])
    administrators = [one.pk for one in Employee.objects.active() if one.is_administrator]
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    data = {"scenario": scenario.name, "why": why, "count": count, "with": others}
    told = line("scenario_held", task, robot(), data, notified=administrators, reason="scenario")
    told.moves_task = False
    record_many([told])


def _others(task: Task) -> list[str]:
    """Names of the scenarios that have acted in this task lately, those that did most first."""
    done = ScenarioRun.objects.filter(task=task, at__gt=timezone.now() - SHORT).exclude(state__in=IDLE)
    counted = done.values_list("scenario__name").annotate(times=Count("pk")).order_by("-times", "scenario__name")
    return [name for name, _times in counted]
