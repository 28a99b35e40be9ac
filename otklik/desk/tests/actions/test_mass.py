"""One operation on many tasks, and taking it back."""

from __future__ import annotations

import threading
from datetime import date, time

import pytest
from django.db import connection

from otklik.desk import jobs
from otklik.desk.actions import due_dates, employees, keeping, mass, members, tasks, trash
from otklik.desk.actions.incoming import Channel
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Event, MassAction, Notice, Project, Status, Task
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, feed_of, signed_in, words

__all__ = ["liza", "oleg", "shop_chat"]


def status_of(key: str) -> Status:
    return Status.objects.get(key=key, set__key="standard")


def states(action: MassAction) -> dict[int, str]:
    return dict(action.items.values_list("task__number", "state"))


def now(task: Task) -> str:
    return Task.objects.select_related("status").get(pk=task.pk).status.key


def done(operation: str, value: str = "", *, by: Employee, among: list[Task]) -> MassAction:
    action = mass.ask(Task.objects.filter(pk__in=[task.pk for task in among]), operation, value, by=by)
    assert mass.run(action)
    action.refresh_from_db()
    return action


def test_each_task_has_its_own_event_and_line(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")

    action = done("complete", by=pavel, among=[hers, his])

    assert action.done_at and set(states(action).values()) == {"done"}
    for task in (hers, his):
        assert now(task) == "completed"
        assert Event.objects.filter(kind="status_changed", task=task, actor=pavel).count() == 1
        assert feed_of(task)[-1][0] == "system"


def test_a_task_that_refuses_is_left_and_says_why(liza: Writer, oleg: Writer, pavel: Employee, boris: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    members.change(his, "participant", [f"employee-{boris.pk}"], seen=[], by=pavel)
    boris.user.language = "en"

    action = done("complete", by=boris, among=[hers, his])

    assert set(states(action).values()) == {"skipped"}
    assert {item.note for item in action.items.all()} == {"You may not change the status of this task."}
    assert now(hers) == now(his) == "new"


def test_undo_skips_what_somebody_changed_since(liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    action = done("status", str(status_of("in_progress").pk), by=pavel, among=[hers, his])
    tasks.set_status(his, status_of("done"), by=alice)

    mass.undo(action, by=pavel)
    action.refresh_from_db()
    mass.run(action)

    assert (now(hers), now(his)) == ("new", "done")
    assert states(action) == {hers.number: "undone", his.number: "kept"}
    with pytest.raises(Refused):
        mass.undo(action, by=pavel)


def test_assigning_participants_and_the_trash_are_taken_back(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    before = members.who_is(task, "assignee")
    for operation, value in {
        "assign": f"employee-{boris.pk}",
        "participant": f"employee-{olga.pk}",
        "trash": "",
    }.items():
        action = done(operation, value, by=olga, among=[task])
        assert set(states(action).values()) == {"done"}, operation
        mass.undo(action, by=olga)
        action.refresh_from_db()
        mass.run(action)
        assert set(states(action).values()) == {"undone"}, operation

    task.refresh_from_db()
    assert task.trashed_at is None and members.who_is(task, "assignee") == before
    assert members.who_is(task, "participant") == []


def test_due_dates_projects_roles_and_what_one_keeps_for_oneself_are_taken_back(
    liza: Writer, pavel: Employee, olga: Employee, boris: Employee
) -> None:
    task, project = liza.says("Hello"), Project.objects.create(name="Lamps")
    due_dates.change(task, date(2030, 1, 1), time(12, 30), seen=None, by=olga)
    members.change(task, "participant", [f"employee-{boris.pk}"], seen=[], by=olga)
    keeping.follow(task, is_wanted=False, by=olga)

    def facts() -> list[object]:
        found = Task.objects.get(pk=task.pk)
        unread = Notice.objects.filter(employee=pavel, task=task, read_at=None).count()
        of_boris = members.who_is(found, "participant")
        return [due_dates.facts_of(found), found.project_id, of_boris, olga.pk in found.notified, unread]

    before = facts()
    for place, operation, value, by in [
        (0, "due", "2031-02-03", olga),
        (0, "due", "", olga),
        (1, "project", str(project.pk), olga),
        (2, "remove", f"employee-{boris.pk}", olga),
        (3, "follow", "", olga),
        (4, "read", "", pavel),
    ]:
        action = done(operation, value, by=by, among=[task])
        assert set(states(action).values()) == {"done"}, operation
        after = facts()
        assert after[place] != before[place], operation
        assert set(states(done(operation, value, by=by, among=[task])).values()) == {"skipped"}, operation
        mass.undo(action, by=by)
        action.refresh_from_db()
        mass.run(action)
        assert set(states(action).values()) == {"undone"}, operation
        # Told of what was done meanwhile, he may have more to read.
        assert facts()[:4] == before[:4] and facts()[4] >= before[4], operation  # type: ignore[operator]


def test_a_due_date_that_somebody_moved_since_stays(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    action = done("due", "2031-02-03", by=olga, among=[task])
    due_dates.change(task, date(2031, 2, 4), seen=due_dates.facts_of(task), by=pavel)

    mass.undo(action, by=olga)
    action.refresh_from_db()
    mass.run(action)

    assert states(action) == {task.number: "kept"}
    assert due_dates.facts_of(task) == {"day": "2031-02-04", "at": None}


def test_a_due_date_and_a_project_are_chosen_in_the_list(liza: Writer, olga: Employee) -> None:
    task, project = liza.says("Hello"), Project.objects.create(name="Lamps")
    browser = signed_in(olga)

    browser.post("/tasks/mass/", {"do": "due", "day": "", "task": [task.number]})
    assert "Choose the day." in words(browser.get("/tasks/"))
    browser.post("/tasks/mass/", {"do": "due", "day": "2031-02-03", "task": [task.number]})
    assert "Due: 3 February 2031 : 1 task" in words(browser.get("/tasks/"))
    browser.post("/tasks/mass/", {"do": "no_due", "day": "2031-02-03", "task": [task.number]})
    assert due_dates.facts_of(task) is None
    browser.post("/tasks/mass/", {"do": f"project:{project.pk}", "task": [task.number]})
    assert "Project: Lamps : 1 task" in words(browser.get("/tasks/"))
    assert Task.objects.get(pk=task.pk).project == project


def test_nobody_takes_back_what_another_did(liza: Writer, pavel: Employee, alice: Employee) -> None:
    action = done("complete", by=pavel, among=[liza.says("Hello")])

    with pytest.raises(Refused):
        mass.undo(action, by=alice)
    for path in (f"/tasks/mass/{action.pk}/", f"/tasks/mass/{action.pk}/undoing/"):
        assert signed_in(alice).post(path).status_code in (404, 405)


@pytest.mark.parametrize(
    ("operation", "value"),
    [
        ("sing", ""),
        ("status", "0"),
        ("status", "x"),
        ("status", "99999"),
        ("assign", "employee-0"),
        ("assign", ""),
        ("remove", "employee-0"),
        ("due", "never"),
        ("project", "99999"),
        ("project", "x"),
    ],
)
def test_what_is_not_there_is_refused(liza: Writer, pavel: Employee, operation: str, value: str) -> None:
    liza.says("Hello")
    with pytest.raises(Refused):
        mass.ask(Task.objects.all(), operation, value, by=pavel)
    assert not MassAction.objects.exists()


def test_the_list_offers_it_and_the_page_says_what_came_of_it(
    liza: Writer, oleg: Writer, pavel: Employee, olga: Employee
) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    trash.trash(oleg.says("And this"), by=olga)
    trash.restore(his, by=olga)
    browser = signed_in(pavel)

    answer = browser.post(
        "/tasks/mass/", {"do": "complete", "task": [hers.number, his.number, 999], "back": "/tasks/?show=all"}
    )
    assert answer["Location"] == "/tasks/?show=all"
    page = browser.get("/tasks/?show=all")
    assert "Complete : 2 tasks" in words(page) and "Undo" in words(page)

    browser.post(f"/tasks/mass/{MassAction.objects.get().pk}/undoing/", {"back": "https://evil.example/"})
    assert "taken back in 2 tasks" in words(browser.get("/tasks/"))
    assert now(hers) == "new"


def test_all_found_means_the_list_with_its_filter(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")

    signed_in(pavel).post("/tasks/mass/", {"do": "complete", "all": "1", "query": "words=liza"})

    assert (now(hers), now(his)) == ("completed", "new")


def test_nobody_reaches_tasks_that_he_does_not_see(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(boris)

    browser.post("/tasks/mass/", {"do": "complete", "task": [task.number]})
    browser.post("/tasks/mass/", {"do": "complete", "all": "1", "query": "show=all"})

    assert now(task) == "new" and not MassAction.objects.exists()
    assert "Choose at least one task" in words(browser.get("/tasks/"))


def test_many_tasks_are_a_job_whose_progress_is_seen(shop_chat: Channel, pavel: Employee) -> None:
    for number in range(mass.AT_ONCE + 5):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    browser = signed_in(pavel)

    browser.post("/tasks/mass/", {"do": "complete", "all": "1", "query": "show=active"})
    action = MassAction.objects.get()
    assert action.is_running and f"0 of {mass.AT_ONCE + 5}" in words(browser.get("/tasks/"))

    assert not mass.run(action, seconds=-1)
    assert f"1 of {mass.AT_ONCE + 5}" in words(browser.get(f"/tasks/mass/{action.pk}/"))
    jobs.mass_action(action=action.pk)
    assert f"{mass.AT_ONCE + 5} tasks" in words(browser.get(f"/tasks/mass/{action.pk}/"))
    assert Task.objects.filter(status__key="completed").count() == mass.AT_ONCE + 5


def test_what_a_dead_worker_left_goes_on(liza: Writer, pavel: Employee) -> None:
    liza.says("Hello")
    action = mass.ask(Task.objects.all(), "complete", by=pavel)
    assert mass.left_undone() == []

    MassAction.objects.update(made_at="2026-01-01T00:00:00Z")
    assert mass.left_undone() == [action.pk]
    jobs.mass_action(action=action.pk)
    assert mass.left_undone() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_each_task_once(shop_chat: Channel, pavel: Employee) -> None:
    for number in range(12):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    action = mass.ask(Task.objects.all(), "complete", by=pavel)

    def works() -> None:
        mass.run(MassAction.objects.get(pk=action.pk))
        connection.close()

    threads = [threading.Thread(target=works) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert Event.objects.filter(kind="status_changed").count() == 12
    assert set(states(action).values()) == {"done"}
    action.refresh_from_db()
    assert action.done_at


def test_who_merely_hears_may_follow_and_hears_on_when_it_is_taken_back(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    Task.objects.filter(pk=task.pk).update(notified=[olga.pk], followers=None)

    action = done("follow", by=olga, among=[task])
    task.refresh_from_db()
    assert set(states(action).values()) == {"done"} and task.followers == [olga.pk]

    mass.undo(action, by=olga)
    action.refresh_from_db()
    mass.run(action)
    task.refresh_from_db()
    assert set(states(action).values()) == {"undone"}
    assert task.notified == [olga.pk] and not task.followers


def test_who_is_blocked_may_be_taken_out_but_not_put_in(liza: Writer, olga: Employee, boris: Employee) -> None:
    task, code = liza.says("Hello"), f"employee-{boris.pk}"
    members.change(task, "participant", [code], seen=[], by=olga)
    employees.block(boris, by=olga, is_wanted=True)

    with pytest.raises(Refused):
        done("assign", code, by=olga, among=[task])
    action = done("remove", code, by=olga, among=[task])

    assert action.name == "Boris" and set(states(action).values()) == {"done"}
    assert members.who_is(task, "participant") == []
