"""What a scenario would have done in the past, against a history with a known answer (field note 21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from otklik.desk import jobs
from otklik.desk.actions import comments, editing, members, scenarios, tasks
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Comment, DryRun, DryRunFiring, Employee, Event, Group, Scenario, Task, TaskField
from otklik.desk.scenarios import dry_run
from otklik.desk.tests.scenarios.test_engine import asks, does, runs, status_of
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["liza", "oleg", "shop_chat"]


def off(by: Employee, event: str, *operations: dict[str, str], **more: Any) -> Scenario:
    values = {"name": f"When {event}", "event": event, "operations": list(operations), "still_holds": True} | more
    return scenarios.make(values, by=by)


def happened(days_ago: float, after: int) -> int:
    """What was recorded after that event was so many days ago; returns the last one's number."""
    at = timezone.now() - timedelta(days=days_ago)
    new = Event.objects.filter(number__gt=after).order_by("number")
    for place, event in enumerate(new):
        Event.objects.filter(pk=event.pk).update(at=at + timedelta(seconds=place))
        if event.comment_id:
            Comment.objects.filter(pk=event.comment_id).update(at=at)
    return last()


def last() -> int:
    return Event.objects.latest("number").number


def tried(scenario: Scenario, by: Employee) -> DryRun:
    run = dry_run.begin(scenario, by=by)
    jobs.dry_run_of(run.pk)
    return DryRun.objects.get(pk=run.pk)


def fired(run: DryRun) -> list[tuple[int, bool]]:
    """(task, whether it is sure), the first one first."""
    return list(DryRunFiring.objects.filter(run=run).order_by("at", "event").values_list("task", "is_sure"))


def everything() -> dict[str, Any]:
    """Each table of the product with all that stands in it, but for the records of dry runs."""
    tables = [name for name in connection.introspection.table_names() if not name.startswith("desk_dryrun")]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")
            found[table] = cursor.fetchone()
    return found


def test_a_history_with_a_known_answer(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers = liza.says("Hello")
    liza.leaves()
    before = happened(100, 0)
    liza.says("I am here again")
    tasks.set_status(hers, status_of("in_progress"), by=olga)
    liza.leaves()
    before = happened(40, before)
    his = oleg.says("Hello")
    tasks.set_status(his, status_of("completed"), by=olga)
    oleg.leaves()
    before = happened(20, before)
    liza.says("And again")
    tasks.set_status(hers, status_of("new"), by=olga)
    liza.leaves()
    before = happened(3, before)
    # Now all are completed: what counts is how they were.
    tasks.set_status(hers, status_of("completed"), by=olga)
    not_completed = asks("status", "is_not", status_of("completed").pk)

    run = tried(off(olga, "left", does("complete"), conditions=[not_completed]), olga)

    assert fired(run) == [(hers.pk, True), (hers.pk, True)]
    assert (run.state, run.total, run.looked, run.looks, run.unknown) == ("done", 2, 2, 3, {})
    days = [day for day, count in dry_run.per_day(run) for _one in range(count)]
    today = timezone.localdate()
    assert [(today - day).days for day in days] == [40, 3] and len(dry_run.per_day(run)) == 91
    only_new = off(olga, "left", does("complete"), conditions=[asks("status", "is", status_of("new").pk)])
    assert len(fired(tried(only_new, olga))) == 1


def test_nothing_is_changed_and_nothing_is_sent(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    liza.leaves()
    scenario = off(olga, "left", does("reply", "Good bye, {{Task.Client.Name}}"), does("complete"))
    browser = signed_in(olga)
    browser.get("/management/scenarios/")
    run = dry_run.begin(scenario, by=olga)
    before = everything()

    jobs.dry_run_of(run.pk)
    page = browser.get(f"/management/scenarios/{scenario.pk}/dry-run/")

    assert everything() == before
    assert "To the client: Good bye, Liza" in words(page)


@pytest.mark.parametrize("is_on", [True, False])
def test_it_says_what_the_engine_did(liza: Writer, oleg: Writer, olga: Employee, is_on: bool) -> None:
    rows = [asks("last", "is", "client"), asks("comment", "contains", "order"), asks("comment_kind", "is", "note")]
    scenario = off(olga, "met", does("note", "Seen"), conditions=rows, logic="(1 AND 2) OR 3")
    scenarios.switch(scenario, on=is_on, by=olga)
    hers = liza.says("My order")
    runs()
    liza.says("Another order")
    runs()
    comments.add(hers, by=olga, text="About your order", kind="reply")
    runs()
    oleg.says("Hello")
    runs()
    oleg.says("An order")
    runs()

    run = tried(scenario, olga)

    if is_on:
        done = scenario.runs.filter(state="done").order_by("event").values_list("event", flat=True)
        assert list(DryRunFiring.objects.order_by("event").values_list("event", flat=True)) == list(done) != []
    assert len(fired(run)) == 2 and run.unknown == {}


def test_members_are_those_of_that_time(liza: Writer, olga: Employee, pavel: Employee, support: Group) -> None:
    task = liza.says("Hello")
    liza.leaves()
    first = last()
    wanted = [f"employee-{olga.pk}"]
    members.change(task, "assignee", wanted, seen=members.who_is(task, "assignee"), by=None)
    liza.says("Again")
    liza.leaves()

    his = off(olga, "left", does("complete"), conditions=[asks("assignee", "is", f"employee-{pavel.pk}")])
    hers = off(olga, "left", does("complete"), conditions=[asks("assignee", "is", *wanted)])

    run = tried(his, olga)
    assert list(run.firings.values_list("event", "is_sure")) == [(first, True)]
    assert len(fired(tried(hers, olga))) == 1


def test_what_was_not_kept_is_said_and_not_guessed(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    liza.leaves()
    first = last()
    seen = editing.values_of(task)
    changed = {"assignee": [f"employee-{olga.pk}"], "name": "A lamp"}
    editing.change(task, seen | changed, seen=seen, by=olga)
    name = asks("name", "contains", "lamp")
    who = asks("assignee", "is", f"employee-{pavel.pk}")

    run = tried(off(olga, "left", does("complete"), conditions=[who]), olga)
    assert list(run.firings.values_list("event", "is_sure")) == [(first, False)] and run.unknown == {"1": 1}
    # A line that is decided without it is sure.
    either = tried(off(olga, "left", does("complete"), conditions=[who, name], logic="1 AND 2"), olga)
    assert fired(either) == [] and either.unknown == {"1": 1}
    page = words(signed_in(olga).get(f"/management/scenarios/{run.scenario_id}/dry-run/"))
    assert "It would have been done 1 time" in page and "not certain" in page
    assert "Condition 1, Assignees: at 1 events" in page


@pytest.mark.parametrize(("restarts", "times"), [(True, 1), (False, 2)])
def test_a_delay_counts_and_a_new_event_begins_it_anew(
    liza: Writer, oleg: Writer, olga: Employee, restarts: bool, times: int
) -> None:
    hour = 3600
    task = liza.says("Hello")
    before = happened(5, 0)
    liza.says("Is anybody there?")
    before = happened(5 - 1 / 48, before)
    tasks.set_status(oleg.says("Hello"), status_of("in_progress"), by=olga)
    happened(4, before)
    still_new = [asks("status", "is", status_of("new").pk)]

    scenario = off(olga, "comment", does("note", "Late"), conditions=still_new, delay=hour, restarts=restarts)
    run = tried(scenario, olga)

    assert fired(run) == [(task.pk, True)] * times and run.waiting == 0
    since = timezone.now() - timedelta(days=5 - 1 / 48)
    # An hour after the last of her messages.
    assert abs(DryRunFiring.objects.latest("at").at - since - timedelta(hours=1)) < timedelta(minutes=5)


def test_one_that_was_killed_goes_on_where_it_stood(liza: Writer, oleg: Writer, olga: Employee) -> None:
    liza.says("Hello")
    liza.leaves()
    oleg.says("Hello")
    oleg.leaves()
    run = dry_run.begin(off(olga, "left", does("complete")), by=olga)
    first = Task.objects.order_by("pk")[0]
    DryRun.objects.filter(pk=run.pk).update(cursor=first.pk, looked=1)

    assert dry_run.left_undone() == [run.pk]
    jobs.dry_run_of(run.pk)

    run.refresh_from_db()
    assert (run.state, run.looked, run.total) == ("done", 2, 2) and dry_run.left_undone() == []
    assert first.pk not in [task for task, _is_sure in fired(run)] and len(fired(run)) == 1


def test_the_page_from_its_button_to_the_answer(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    liza.leaves()
    scenario = off(olga, "left", does("complete"))
    path = f"/management/scenarios/{scenario.pk}/dry-run/"
    browser = signed_in(olga)

    assert path in browser.get(f"/management/scenarios/{scenario.pk}/").content.decode()
    assert "No dry run yet" in words(browser.get(path))
    assert browser.post(path)["Location"] == path
    assert "Begins in a moment" in words(browser.get(path))
    jobs.dry_run_of(DryRun.objects.get().pk)
    page = words(browser.get(path))
    assert "It would have been done 1 time" in page and f"№ {task.number} {task.name}" in page
    values = scenarios.values_of(scenario)
    scenarios.change(scenario, values | {"delay": 60}, seen=values, by=olga)
    assert "The scenario was changed after this run" in words(browser.get(path))
    assert signed_in(pavel).get(path).status_code in (302, 403, 404)
    with pytest.raises(NotAllowed):
        dry_run.begin(scenario, by=pavel)


def test_a_date_field_that_no_event_tells_of_is_never_reached(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    when = TaskField.objects.create(name="Visit", kind="date", place=1)
    record("fields_changed", task=task, by=olga, changes={"Colour": ["", "red"]})
    options = {"date": f"field-{when.pk}", "offset": 0}

    run = tried(off(olga, "date", does("name", "Seen"), event_options=options), olga)

    assert run.state == "done" and fired(run) == []
