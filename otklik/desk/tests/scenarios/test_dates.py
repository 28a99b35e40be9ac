"""Dates of tasks that are reached (contracts/planfix-behaviour.md §11.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.desk import jobs
from otklik.desk.actions import comments, due_dates, scenarios, task_fields, tasks
from otklik.desk.models import DryRunFiring, Due, Employee, Event, Scenario, ScenarioDate, Task, TaskValue
from otklik.desk.scenarios import dates, dry_run
from otklik.desk.tests.scenarios.test_engine import asks, built, does, now, runs, states, status_of
from otklik.desk.tests.scenarios.test_operations import own_field
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, feed_of

__all__ = ["liza", "oleg", "shop_chat"]

HOUR = 3600


def passes(hours: float) -> None:
    """As if all that happened, and the switching on, had been so much earlier."""
    earlier = timedelta(hours=hours)
    for event in Event.objects.all():
        Event.objects.filter(pk=event.pk).update(at=event.at - earlier)
    for scenario in Scenario.objects.exclude(on_since=None):
        Scenario.objects.filter(pk=scenario.pk).update(on_since=(scenario.on_since or timezone.now()) - earlier)
    for due in Due.objects.exclude(at=None):
        Due.objects.filter(pk=due.pk).update(at=(due.at or timezone.now()) - earlier)


def looks() -> None:
    jobs.scenario_dates()
    runs()


def on_date(by: Employee, date: str, hours: float, *more: dict[str, str], **values: object) -> Scenario:
    options = {"date": date, "offset": int(hours * HOUR)}
    return built(by, "date", *(more or (does("note", "Time"),)), event_options=options, **values)


def notes(task: Task) -> int:
    return feed_of(task).count(("note", "Time"))


def test_so_long_after_the_clients_last_message_and_once(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    on_date(olga, "client", 3)
    passes(2)
    looks()
    assert notes(task) == 0

    passes(1.1)
    looks()
    looks()
    assert notes(task) == 1


def test_a_newer_message_begins_anew(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    on_date(olga, "client", 3)
    passes(2)
    liza.says("Still there?")
    passes(1.5)
    looks()
    assert notes(task) == 0
    passes(2)
    looks()
    assert notes(task) == 1


def test_conditions_decide_and_the_task_keeps_its_place(liza: Writer, oleg: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    on_date(olga, "created", 1, conditions=[asks("last", "is", "employee")])
    other = oleg.says("Hello")
    place = Task.objects.get(pk=task.pk).last_event
    comments.add(other, by=olga, text="Good day", kind="reply")

    passes(1.1)
    looks()

    assert (notes(task), notes(other)) == (0, 1)
    assert Task.objects.get(pk=task.pk).last_event == place


def test_before_a_due_date(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    scenario = on_date(olga, "due", -2)
    at = timezone.localtime() + timedelta(hours=3)
    due_dates.change(task, at.date(), at.time().replace(second=0, microsecond=0), seen=None, by=olga)
    looks()
    assert states(scenario) == []

    passes(1.1)
    looks()
    assert states(scenario) == ["done"] and notes(task) == 1


def test_a_whole_day_is_reached_at_its_end(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    on_date(olga, "due", 0, does("complete"))
    due_dates.change(task, timezone.localdate(), seen=None, by=olga)
    looks()
    assert now(task) == "new"
    Due.objects.update(day=timezone.localdate() - timedelta(days=1))
    Scenario.objects.update(on_since=timezone.now() - timedelta(days=2))
    looks()
    assert now(task) == "completed"


def test_so_long_after_the_completion_unless_it_goes_on(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    on_date(olga, "completed", 2)
    for task in (hers, his):
        tasks.set_status(task, status_of("completed"), by=olga)
    passes(1)
    tasks.set_status(his, status_of("in_progress"), by=olga)
    passes(1.1)
    looks()
    looks()
    assert (notes(hers), notes(his)) == (1, 0)


def test_before_and_at_a_day_of_an_own_field(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    day = own_field(olga, "Delivery", "date")
    task_fields.fill(task, {day: timezone.localdate() + timedelta(days=2)}, seen={}, by=olga)
    late, early = on_date(olga, f"field-{day}", 0), on_date(olga, f"field-{day}", -47)
    Scenario.objects.update(on_since=timezone.now() - timedelta(days=1))
    looks()
    assert states(late) == []
    TaskValue.objects.update(value=(timezone.localdate() + timedelta(days=1)).isoformat())
    looks()
    looks()
    assert states(early) == ["done"] and states(late) == []
    TaskValue.objects.update(value=timezone.localdate().isoformat())
    looks()
    assert states(late) == ["done"]


def test_what_was_reached_before_it_was_switched_on_is_past(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    passes(5)
    on_date(olga, "created", 3)
    looks()
    assert notes(task) == 0


def test_a_clock_that_is_set_back_fires_nothing_twice(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    on_date(olga, "created", 1)
    passes(1.1)
    looks()
    # Back, and again forward.
    passes(-1)
    looks()
    passes(1)
    looks()
    assert notes(task) == ScenarioDate.objects.count() == 1


@pytest.mark.parametrize("hours", [0.5, 1, 2, 7])
def test_the_number_of_a_moment_is_that_of_the_last_event_by_then(liza: Writer, olga: Employee, hours: float) -> None:
    for word in range(7):
        liza.says(f"Word {word}")
        passes(1)
    moment = timezone.now() - timedelta(hours=hours)
    events = [event.number for event in Event.objects.all() if event.at <= moment]
    assert dates.number_at(moment) == max(events, default=0)


def test_a_dry_run_tells_when_a_date_would_have_been_reached(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    passes(2)
    # Hers begins anew, his is reached; the conditions are asked of the tasks as they were then.
    liza.says("Still there?")
    passes(2)
    comments.add(his, by=olga, text="Good day", kind="reply")
    passes(4)
    values: dict[str, Any] = {
        "name": "It", "event": "date", "operations": [does("complete")],
        "event_options": {"date": "client", "offset": 3 * HOUR}, "conditions": [asks("last", "is", "client")],
    }  # fmt: skip
    scenario = scenarios.make(values, by=olga)

    run = dry_run.begin(scenario, by=olga)
    while dry_run.step(run.pk):
        pass

    firings = list(DryRunFiring.objects.order_by("at"))
    assert [firing.task for firing in firings] == [his, hers]
    hers_last = Event.objects.filter(task=hers).latest("number")
    assert firings[1].at == hers_last.at + timedelta(hours=3) and all(firing.is_sure for firing in firings)
