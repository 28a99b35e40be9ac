"""At once means at once (contracts/planfix-behaviour.md §11.3, §11.5)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.desk.actions import comments, scenarios, tasks
from otklik.desk.actions.indexing import latest
from otklik.desk.models import Employee, ScenarioProgress
from otklik.desk.scenarios import engine, holding
from otklik.desk.tests.scenarios.test_engine import asks, built, does, now, runs, status_of
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer

__all__ = ["liza", "oleg", "shop_chat"]


@pytest.fixture(autouse=True)
def no_jobs(db: None) -> None:
    """A flush after a browser test leaves the queue alone: it is not a table of ours."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def jobs_waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="desk.scenarios", status="todo").count()


def test_an_event_wakes_one_job_after_its_commit(
    liza: Writer, olga: Employee, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    task = liza.says("Hello")
    with django_capture_on_commit_callbacks(execute=True):
        built(olga, "comment", does("note", "Seen"))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            comments.add(task, by=olga, text=f"Note {number}", kind="note")
        assert jobs_waiting() == 0
    assert jobs_waiting() == 1
    with django_capture_on_commit_callbacks(execute=True):
        liza.says("Hello?")
    assert jobs_waiting() == 1


def test_what_nobody_waits_for_wakes_nobody(
    liza: Writer, olga: Employee, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    task = liza.says("Hello")
    with django_capture_on_commit_callbacks(execute=True):
        built(olga, "left", does("complete"))
    with django_capture_on_commit_callbacks(execute=True):
        comments.add(task, by=olga, text="Note", kind="note")
    assert jobs_waiting() == 0


def test_what_a_scenario_does_itself_wakes_no_further_job(
    liza: Writer, olga: Employee, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    liza.says("Hello")
    built(olga, "left", does("complete"))
    built(olga, "status", does("note", "Completed"))
    liza.leaves()
    with django_capture_on_commit_callbacks(execute=True):
        runs()
    assert jobs_waiting() == 0 and ScenarioProgress.objects.get().event > 0


def test_many_events_that_no_scenario_waits_for_cost_a_few_queries(liza: Writer, olga: Employee) -> None:
    """However many there are: another task's completion does not wait behind them."""
    task = liza.says("Hello")
    built(olga, "left", does("complete"))
    held = built(olga, "comment", does("note", "Seen"), most_per_hour=1)
    comments.add(task, by=olga, text="First", kind="note")
    comments.add(task, by=olga, text="Second", kind="note")
    runs()
    held.refresh_from_db()
    assert held.held_at
    counts = []
    for many in (5, 50):
        for number in range(many):
            comments.add(task, by=olga, text=f"Note {number}", kind="note")
        with CaptureQueriesContext(connection) as captured:
            engine.step()
        counts.append(len(captured))
    assert counts[0] == counts[1] < 20

    liza.leaves()
    runs()
    assert now(task) == "completed"


def test_one_that_is_let_go_on_while_a_batch_runs_loses_no_event(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers = liza.says("Hello")
    his = oleg.says("Hello")
    done = status_of("done").pk
    scenario = built(
        olga, "comment", does("status", done), most_per_hour=1, conditions=[asks("status", "is_not", done)]
    )
    comments.add(hers, by=olga, text="One", kind="note")
    runs()
    tasks.set_status(hers, status_of("new"), by=olga)
    comments.add(hers, by=olga, text="Two", kind="note")
    runs()
    comments.add(his, by=olga, text="Three", kind="note")
    before = ScenarioProgress.objects.get().event

    # The batch has read that it is held; then an administrator lets it go on; then the batch ends.
    scenarios.let_go_on(scenario, with_held=True, by=olga)
    with transaction.atomic():
        holding.close({scenario.pk}, latest())

    assert ScenarioProgress.objects.get().event > before
    type(scenario).objects.update(most_per_hour=100)
    runs()
    assert (now(hers), now(his)) == ("done", "done")
