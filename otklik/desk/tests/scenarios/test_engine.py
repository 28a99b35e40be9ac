"""What scenarios do with the events of tasks (contracts/planfix-behaviour.md §11; field note 21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.desk import jobs
from otklik.desk.actions import comments, members, scenarios, tasks
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Comment, Employee, Event, Notice, Scenario, ScenarioProgress, ScenarioRun, Status, Task
from otklik.desk.scenarios import engine, performing
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, feed_of

__all__ = ["liza", "oleg", "shop_chat"]

State = ScenarioRun.State


def status_of(key: str) -> Status:
    return Status.objects.get(key=key, set__key="standard")


def asks(field: str, operator: str, *values: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "values": [str(value) for value in values]}


def does(kind: str, value: object = "") -> dict[str, str]:
    return {"kind": kind, "value": str(value)}


def built(by: Employee, event: str, *operations: dict[str, str], **more: Any) -> Scenario:
    values = {"name": f"When {event}", "event": event, "operations": list(operations), "still_holds": True} | more
    scenario = scenarios.make(values, by=by)
    scenarios.switch(scenario, on=True, by=by)
    return scenario


def runs() -> None:
    jobs.scenarios()


def now(task: Task) -> str:
    return Task.objects.select_related("status").get(pk=task.pk).status.key


def states(scenario: Scenario) -> list[str]:
    return list(scenario.runs.order_by("pk").values_list("state", flat=True))


def test_s17_when_the_client_leaves_the_task_is_completed(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    tasks.set_status(his, status_of("completed"), by=olga)
    not_completed = asks("status", "is_not", status_of("completed").pk)
    scenario = built(olga, "left", does("complete"), conditions=[not_completed], logic="1")

    liza.leaves()
    oleg.leaves()
    runs()

    assert (now(hers), now(his)) == ("completed", "completed")
    assert states(scenario) == [State.DONE, State.NOT_MET]
    assert [run.results for run in scenario.runs.order_by("pk")] == [{"1": True}, {"1": False}]
    left = Event.objects.get(kind="client_left", task=hers)
    assert Event.objects.get(kind="status_changed", task=hers).cause_id == left.number


def test_what_happened_before_it_was_switched_on_is_past(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    liza.leaves()
    built(olga, "left", does("complete"))

    runs()

    assert now(task) == "new" and not ScenarioRun.objects.exists()


def test_one_that_is_off_does_nothing_and_costs_no_rows(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    scenario = built(olga, "left", does("complete"))
    scenarios.switch(scenario, on=False, by=olga)

    liza.leaves()
    runs()
    assert now(task) == "new" and not ScenarioRun.objects.exists()
    assert ScenarioProgress.objects.get().event == Event.objects.latest("number").number


def test_the_logic_line_decides(liza: Writer, olga: Employee) -> None:
    task = liza.says("Where is my order 12?")
    rows = [asks("comment", "contains", "ORDER"), asks("comment", "contains", "invoice"), asks("last", "is", "client")]
    built(olga, "comment", does("status", status_of("in_progress").pk), conditions=rows, logic="(1 ИЛИ 2) И 3")

    liza.says("Nothing of it")
    runs()
    assert now(task) == "new"
    liza.says("My order!")
    runs()
    assert now(task) == "in_progress"


def test_changed_and_now_meets_fires_once_until_it_was_false(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    in_progress = asks("status", "is", status_of("in_progress").pk)
    scenario = built(olga, "met", does("note", "Somebody has it"), conditions=[in_progress])

    tasks.accept(task, by=olga)
    runs()
    comments.add(task, by=olga, text="One moment", kind="note")
    runs()
    assert states(scenario).count(State.DONE) == 1 and State.STEADY in states(scenario)
    tasks.set_status(task, status_of("new"), by=olga)
    runs()
    tasks.accept(task, by=olga)
    runs()
    assert states(scenario).count(State.DONE) == 2


def test_11_5_rule_2_a_scenario_never_answers_itself(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    scenario = built(olga, "comment", does("note", "Seen"))

    liza.says("And?")
    for _time in range(3):
        runs()

    assert Comment.objects.filter(text="Seen").count() == 1
    assert states(scenario) == [State.DONE, State.OWN]


def test_11_5_rule_2_two_that_answer_each_other_stop_after_one_round(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    built(
        olga,
        "status",
        does("status", status_of("done").pk),
        conditions=[asks("status", "is_not", status_of("done").pk)],
    )
    built(
        olga,
        "status",
        does("status", status_of("in_progress").pk),
        conditions=[asks("status", "is", status_of("done").pk)],
    )

    tasks.accept(task, by=olga)
    for _time in range(5):
        runs()

    assert ScenarioRun.objects.filter(state=State.DONE).count() == 2
    assert Event.objects.filter(kind="status_changed").count() == 3


def test_11_5_rule_1_they_run_in_the_order_of_the_list_with_the_values_of_that_moment(
    liza: Writer, olga: Employee
) -> None:
    task = liza.says("Hello")
    built(olga, "left", does("note", "Second: {{Task.Status}}"))
    first = built(olga, "left", does("note", "First: {{Task.Status}}"), does("complete"))
    scenarios.move(first, up=True, by=olga)

    liza.leaves()
    assert not ScenarioRun.objects.exists()
    # It changes between the event and the run.
    tasks.accept(task, by=olga)
    runs()

    said = [text for kind, text in feed_of(task) if kind == "note"]
    assert said == ["First: В работе", "Second: Завершённая"]


def test_11_5_rule_3_later_ones_see_what_earlier_ones_did(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    built(olga, "left", does("complete"))
    built(olga, "left", does("note", "Completed already"), conditions=[asks("status", "is", status_of("completed").pk)])

    liza.leaves()
    runs()

    assert ("note", "Completed already") in feed_of(task)


def test_a_delayed_one_waits_and_looks_again(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    is_new = asks("status", "is", status_of("new").pk)
    scenario = built(olga, "left", does("complete"), conditions=[is_new], delay=3600)
    liza.leaves()
    oleg.leaves()
    runs()
    assert states(scenario) == [State.WAITING, State.WAITING] and now(hers) == "new"

    tasks.accept(his, by=olga)
    ScenarioRun.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    runs()

    assert (now(hers), now(his)) == ("completed", "in_progress")
    assert states(scenario) == [State.DONE, State.LAPSED]


def test_a_new_firing_begins_the_countdown_anew(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    scenario = built(olga, "comment", does("note", "Still nobody?"), delay=600, restarts=True)

    liza.says("Hello?")
    runs()
    liza.says("Anybody?")
    runs()

    assert states(scenario) == [State.RESTARTED, State.WAITING]


def test_a_waiting_one_is_cancelled_by_a_person_or_with_its_scenario(
    liza: Writer, oleg: Writer, olga: Employee
) -> None:
    liza.says("Hello")
    oleg.says("Hello")
    scenario = built(olga, "left", does("complete"), delay=60)
    liza.leaves()
    runs()
    engine.cancel(ScenarioRun.objects.get(), by=olga)
    assert states(scenario) == [State.CANCELLED]

    oleg.leaves()
    runs()
    ScenarioRun.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    scenarios.delete(scenario, by=olga)
    runs()
    assert not Event.objects.filter(kind="status_changed").exists()


def test_every_operation_does_what_it_says(liza: Writer, olga: Employee, boris: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    built(
        olga, "left", does("assign", f"employee-{boris.pk}"), does("participant", f"employee-{pavel.pk}"),
        does("note", "Task {{Task.Number}} of {{Task.Client.Name}}{{Task.Client.Phone}}"),
        does("reply", "Good bye, {{Задача.Контрагент.Имя}}!"), does("status", status_of("done").pk),
    )  # fmt: skip

    liza.leaves()
    runs()

    assert f"employee-{boris.pk}" in members.who_is(task, "assignee")
    assert members.who_is(task, "participant") == [f"employee-{pavel.pk}"]
    assert ("note", f"Task {task.number} of Liza") in feed_of(task)
    reply = Comment.objects.get(kind="reply")
    assert (reply.text, reply.mark, reply.author) == ("Good bye, Liza!", "due", "Otklik")
    assert now(task) == "done"
    task.refresh_from_db()
    assert reply.employee_id not in task.notified


def test_an_operation_that_is_refused_is_told_and_the_rest_is_done(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    gone = built(olga, "left", does("unassign", f"employee-{olga.pk}"), does("complete"))
    members.change(task, "assignee", [f"employee-{olga.pk}"], seen=members.who_is(task, "assignee"), by=olga)

    liza.leaves()
    runs()

    [run] = gone.runs.all()
    assert run.state == State.FAILED and [word for word, _said in run.said] == ["refused", "done"]
    assert now(task) == "completed"


def test_quietly_nobody_hears_of_it(liza: Writer, olga: Employee, pavel: Employee) -> None:
    liza.says("Hello")
    built(olga, "left", does("complete"), is_quiet=True)

    liza.leaves()
    heard = Notice.objects.count()
    runs()

    assert Notice.objects.count() == heard


def test_what_a_killed_process_left_goes_on_where_it_stood(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    scenario = built(olga, "left", does("note", "First"), does("note", "Second"))
    liza.leaves()
    left = Event.objects.get(kind="client_left")
    # It died after the first operation: the run is noted, the progress is not.
    run = ScenarioRun.objects.create(scenario=scenario, task=task, event=left.number, state=State.RUNNING)
    performing.perform(run)
    ScenarioRun.objects.update(state=State.RUNNING, step=1, said=[["done", ""]])
    Comment.objects.filter(text="Second").delete()

    runs()

    assert [text for _kind, text in feed_of(task) if text in ("First", "Second")] == ["First", "Second"]
    assert states(scenario) == [State.DONE]


# Each example falls back to the same beginning.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.sampled_from(["look", "fall back"]), min_size=1, max_size=6))
def test_no_scenario_fires_twice_for_one_event(prepared: tuple[Task, Scenario], steps: list[str]) -> None:
    task, scenario = prepared
    with transaction.atomic():
        for step in steps:
            if step == "fall back":
                ScenarioProgress.objects.update(event=0)
            runs()
        runs()
        fired = scenario.runs.filter(task=task, state=State.DONE).count()
        assert fired == Comment.objects.filter(task=task, text="Fired").count() == 1
        transaction.set_rollback(True)


@pytest.fixture
def prepared(liza: Writer, olga: Employee) -> tuple[Task, Scenario]:
    task = liza.says("Hello")
    scenario = built(olga, "left", does("note", "Fired"))
    liza.leaves()
    return task, scenario


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"event": "sunrise"}, "event"),
        ({"operations": []}, "operations"),
        ({"operations": [does("sing")]}, "operations-1"),
        ({"operations": [does("complete"), does("status", "99999")]}, "operations-2-value"),
        ({"operations": [does("note", " ")]}, "operations-1-value"),
        ({"operations": [does("reply", "x" * 6000)]}, "operations-1-value"),
        ({"conditions": [asks("weather", "is", 1)]}, "conditions-1"),
        ({"conditions": [asks("status", "contains", 1)]}, "conditions-1"),
        ({"conditions": [asks("status", "is", 99999)]}, "conditions-1"),
        ({"conditions": [asks("name", "contains")]}, "conditions-1"),
        ({"logic": "7"}, "logic"),
        ({"logic": "(1"}, "logic"),
        ({"delay": -1}, "delay"),
        ({"delay": 10**9}, "delay"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(olga: Employee, changed: dict[str, Any], field: str) -> None:
    values = {"name": "It", "event": "left", "operations": [does("complete")]}
    with pytest.raises(Refused) as caught:
        scenarios.make(values | changed, by=olga)
    assert caught.value.field == field


def test_only_administrators_build_and_two_do_not_overwrite_each_other(olga: Employee, pavel: Employee) -> None:
    values = {"name": "It", "event": "left", "operations": [does("complete")]}
    with pytest.raises(NotAllowed):
        scenarios.make(values, by=pavel)
    scenario = scenarios.make(values, by=olga)
    seen = scenarios.values_of(scenario)
    scenarios.change(scenario, seen | {"name": "Hers"}, seen=seen, by=olga)
    with pytest.raises(Outdated):
        scenarios.change(scenario, seen | {"name": "His"}, seen=seen, by=olga)
