"""What stops a scenario, and what never does (contracts/planfix-behaviour.md §11.5; field note 21)."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from otklik.desk.actions import comments, company, notifying, scenarios, tasks
from otklik.desk.models import Comment, Employee, Event, Notice, Notification, Scenario, ScenarioRun
from otklik.desk.tests.management.test_scenarios import browser
from otklik.desk.tests.scenarios.test_engine import asks, built, does, now, runs, states, status_of
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, words

__all__ = ["browser", "liza", "oleg", "shop_chat"]

State = ScenarioRun.State
LIST = "/management/scenarios/"


def earlier(hours: float) -> None:
    """As if all that scenarios did had been so much earlier; less than nothing: as if the clock had been set back."""
    passed = timedelta(hours=hours)
    for run in ScenarioRun.objects.all():
        times = {"at": run.at - passed, "done_at": run.done_at and run.done_at - passed}
        ScenarioRun.objects.filter(pk=run.pk).update(**times)


def held(scenario: Scenario) -> bool:
    scenario.refresh_from_db()
    return scenario.held_at is not None


def test_the_brake_stops_and_asks(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    scenario = built(olga, "left", does("complete"), most_per_hour=1)

    liza.leaves()
    oleg.leaves()
    runs()

    assert (now(hers), now(his)) == ("completed", "new") and states(scenario) == [State.DONE, State.HELD]
    scenario.refresh_from_db()
    assert scenario.held_why["why"] == "volume"
    assert Notice.objects.filter(employee=olga, task=his, reason="scenario").exists()
    notifying.plan()
    told = Notification.objects.filter(employee=olga, kind="alarm", channel="email")
    assert told.get().state == "due"
    scenarios.let_go_on(scenario, with_held=True, by=olga)
    runs()
    assert now(his) == "completed" and states(scenario) == [State.DONE, State.DONE]


def test_what_was_stopped_may_be_given_up(liza: Writer, oleg: Writer, olga: Employee) -> None:
    liza.says("Hello")
    his = oleg.says("Hello")
    scenario = built(olga, "left", does("complete"), most_per_hour=1)
    liza.leaves()
    oleg.leaves()
    runs()

    scenarios.let_go_on(scenario, with_held=False, by=olga)
    runs()

    assert now(his) == "new" and states(scenario) == [State.DONE, State.CANCELLED]


def test_a_talkative_client_never_trips_it(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    late = built(olga, "comment", does("note", "Late"), delay=3 * 3600, restarts=True, most_per_hour=2)
    other = built(olga, "comment", does("note", "Later"), delay=3 * 3600, most_per_hour=2)
    seen = built(olga, "comment", does("note", "Seen"), conditions=[asks("comment_kind", "is", "client")])
    answering = built(olga, "comment", does("name", "Noted"), conditions=[asks("comment", "contains", "seen")])

    for number in range(15):
        liza.says(f"Line {number}")
        runs()

    assert not any(held(one) for one in (late, other, seen, answering))
    # Each line has been seen, and each note of that has been answered.
    assert states(seen).count(State.DONE) == states(answering).count(State.DONE) == 15
    # The notes of the third restarted the first and let the second wait, too; neither did anything.
    assert set(states(late)) == {State.RESTARTED, State.WAITING} and set(states(other)) == {State.WAITING}


def test_what_waits_longer_is_counted_when_it_is_done(liza: Writer, oleg: Writer, olga: Employee) -> None:
    liza.says("Hello")
    oleg.says("Hello")
    scenario = built(olga, "left", does("complete"), delay=3600, most_per_hour=1)
    liza.leaves()
    oleg.leaves()
    runs()
    assert states(scenario) == [State.WAITING, State.WAITING]

    ScenarioRun.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    runs()

    assert states(scenario) == [State.DONE, State.HELD] and held(scenario)


def test_as_much_as_five_times_its_usual_is_no_alarm(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    scenario = built(olga, "comment", does("name", "Seen"), most_per_hour=2)
    scenarios.switch(scenario, on=True, by=olga)
    Scenario.objects.update(counted_from=timezone.now() - timedelta(days=3))
    for number in range(2):
        comments.add(task, by=olga, text=f"Yesterday {number}", kind="note")
    runs()
    earlier(24)

    for number in range(11):
        comments.add(task, by=olga, text=f"Today {number}", kind="note")
    runs()

    assert states(scenario).count(State.DONE) == 2 + 10 and held(scenario)


def test_a_circle_of_consequences_is_found_and_names_who_turns_in_it(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    several = [does("note", f"Note {number}") for number in range(12)]
    first = built(olga, "comment", *several, conditions=[asks("comment_kind", "is", "client")], name="Twelve notes")
    second = built(olga, "comment", does("name", "Noted"), conditions=[asks("comment_kind", "is", "note")])

    liza.says("Hello?")
    runs()

    assert held(second) and not held(first)
    assert second.held_why["why"] == "loop" and second.held_why["with"] == [first.name, second.name]
    assert states(second).count(State.DONE) == 10


def test_11_5_rule_4_what_others_do_is_news_for_one_that_fired_at_the_same_event(liza: Writer, olga: Employee) -> None:
    """§11.5, rule 4: a change by a scenario is an event for the others, though they fired at its cause, too."""
    task = liza.says("Hello")
    of_client = asks("comment_kind", "is", "client")
    built(olga, "comment", does("note", "Urgent"), conditions=[of_client])
    either = [of_client, asks("comment", "contains", "urgent")]
    second = built(olga, "comment", does("name", "Urgent"), conditions=either, logic="1 OR 2")
    liza.says("Hello?")
    runs()
    note = Event.objects.get(kind="note_added", task=task)
    assert ScenarioRun.objects.get(event=note.number, state=State.DONE).scenario == second


def test_two_that_answer_each_other_are_told_by_name(liza: Writer, olga: Employee, browser: Client) -> None:
    task = liza.says("Hello")
    done, going = status_of("done").pk, status_of("in_progress").pk
    first = built(olga, "status", does("status", done), conditions=[asks("status", "is_not", done)], name="To done")
    second = built(olga, "status", does("status", going), conditions=[asks("status", "is", done)], name="Back again")
    tasks.accept(task, by=olga)
    runs()

    page = words(browser.get(LIST))
    assert "It and “Back again” answer each other" in page and "It and “To done” answer each other" in page
    assert f"in task № {task.number}" in page
    assert "through “Back again”" in words(browser.get(f"{LIST}{first.pk}/log/"))
    assert "It and “To done” answer each other" in words(browser.get(f"{LIST}{second.pk}/"))
    # Also when one of them is switched on again.
    browser.post(f"{LIST}{first.pk}/change/", {"do": "off"})
    assert "answer each other" not in words(browser.get(LIST))
    answer = browser.post(f"{LIST}{first.pk}/change/", {"do": "on"}, follow=True)
    assert "“To done” and “Back again” answer each other." in words(answer)
    # A scenario that was changed has to be found again.
    values = scenarios.values_of(first)
    scenarios.change(first, values | {"description": "New"}, seen=values, by=olga)
    assert "It and “Back again” answer each other" not in words(browser.get(LIST))


def test_one_that_only_meets_its_own_doing_is_in_no_circle(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    scenario = built(olga, "comment", does("note", "Seen"))
    built(olga, "comment", does("name", "Spoken"))
    liza.says("And?")
    runs()
    scenario.refresh_from_db()
    assert State.OWN in states(scenario) and scenario.circle == {}


def test_while_it_is_held_events_cost_no_rows_and_are_not_lost(
    liza: Writer, oleg: Writer, olga: Employee, browser: Client
) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    scenario = built(
        olga, "comment", does("status", status_of("done").pk), conditions=[asks("comment", "contains", "done")],
        most_per_hour=1,
    )  # fmt: skip
    liza.says("Done")
    liza.says("Done!")
    runs()
    assert states(scenario) == [State.DONE, State.HELD]

    oleg.says("Not yet")
    oleg.says("Now it is done")
    runs()
    assert states(scenario) == [State.DONE, State.HELD]
    assert "3 events wait for you" in words(browser.get(LIST))
    browser.post(f"{LIST}{scenario.pk}/change/", {"do": "go_on"})
    Scenario.objects.update(most_per_hour=100)
    runs()

    assert (now(hers), now(his)) == ("done", "done")
    assert states(scenario) == [State.DONE, State.DONE, State.NOT_MET, State.DONE]
    # From then on it looks as before, at each event once.
    oleg.says("Done, thank you")
    runs()
    assert len(states(scenario)) == 5


def test_a_clock_that_is_set_back_lets_go_what_waits_once_and_stops_nothing(
    liza: Writer, oleg: Writer, olga: Employee
) -> None:
    hers = liza.says("Hello")
    scenario = built(olga, "left", does("note", "Gone"), delay=3600, most_per_hour=2)
    liza.leaves()
    runs()
    [run] = scenario.runs.all()
    assert run.due_at is not None
    # An hour later by the clock; then it is set back by two hours.
    ScenarioRun.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    runs()
    earlier(-2)
    Scenario.objects.update(counted_from=timezone.now() + timedelta(hours=1))
    ScenarioRun.objects.update(due_at=timezone.now() + timedelta(hours=1))
    runs()
    assert states(scenario) == [State.DONE]

    # What lies ahead of the clock does not count, and a new one runs as ever.
    for _time in range(2):
        oleg.says("Hello")
        oleg.leaves()
    runs()
    ScenarioRun.objects.filter(state=State.WAITING).update(due_at=timezone.now() - timedelta(seconds=1))
    runs()

    assert states(scenario) == [State.DONE] * 3 and not held(scenario)
    assert Comment.objects.filter(text="Gone", task=hers).count() == 1


def test_11_3_after_the_brake_a_delay_counts_working_time_as_always(liza: Writer, olga: Employee) -> None:
    week = {"1": [["10:00", "12:00"]]}
    company.change_hours(is_used=True, timezone="UTC", week=week, special={}, by=olga)
    liza.says("Hello")
    scenario = built(olga, "comment", does("name", "Seen"), delay=3 * 3600, in_working_time=True)
    event = Event.objects.latest("number").number
    Scenario.objects.filter(pk=scenario.pk).update(held_at=timezone.now(), held_why={"why": "volume", "after": event})
    liza.says("Hello?")
    runs()

    scenarios.let_go_on(scenario, with_held=True, by=olga)

    run = ScenarioRun.objects.get(scenario=scenario)
    at = Event.objects.get(number=run.event).at
    assert run.due_at == company.after(at, timedelta(hours=3)) > at + timedelta(days=1)
