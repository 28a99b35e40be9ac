"""Who does a task (contracts/planfix-behaviour.md §7) and who hears of it (§9)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from otklik.desk import queries
from otklik.desk.actions import comments, members, notices
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Event, Group, Notice, Role, Task, TaskMember
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, feed_of, signed_in, words

__all__ = ["liza", "shop_chat"]


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


def g(group: Group) -> str:
    return f"group-{group.pk}"


def test_a_new_assignee_hears_of_it_and_sees_the_task(
    liza: Writer, pavel: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    assert not Task.objects.visible_to(boris).exists()

    members.change(task, "assignee", [g(support), e(boris)], seen=[g(support)], by=pavel)

    assert [(entry.kind, entry.task) for entry in queries.chronicle(boris)] == [("members_changed", task)]
    assert "Assigned to you" in words(signed_in(boris).get("/"))
    assert "Pavel · Assigned: Boris" in words(signed_in(boris).get(f"/tasks/{task.number}/"))
    liza.says("Still there?")
    assert Notice.objects.filter(employee=boris).count() == 2


def test_who_is_taken_out_sees_and_hears_nothing_more(
    liza: Writer, pavel: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    members.change(task, "assignee", [e(boris)], seen=[g(support)], by=pavel)

    assert not Task.objects.visible_to(pavel).exists() and queries.unread_count(pavel) == 0
    task.refresh_from_db()
    assert task.notified == [boris.pk]
    heard = Notice.objects.filter(employee=pavel).count()
    liza.says("Still there?")
    assert Notice.objects.filter(employee=pavel).count() == heard


def test_a_participant_is_not_told_of_it(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")

    members.change(task, "participant", [e(boris)], seen=[], by=pavel)

    assert Task.objects.visible_to(boris).exists()
    assert not Notice.objects.filter(employee=boris).exists()
    assert feed_of(task)[-1][0] == "system"


def test_a_task_keeps_an_assignee(liza: Writer, pavel: Employee, support: Group) -> None:
    task = liza.says("Hello")

    with pytest.raises(Refused) as refused:
        members.change(task, "assignee", [], seen=[g(support)], by=pavel)
    assert refused.value.field == "who"


def test_a_participant_asks_others_in_and_passes_nothing_on(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    with pytest.raises(NotAllowed):
        members.change(task, "participant", [e(boris)], seen=[], by=boris)
    members.change(task, "participant", [e(boris)], seen=[], by=pavel)

    members.change(task, "participant", [e(boris), e(olga)], seen=[e(boris)], by=boris)
    with pytest.raises(NotAllowed):
        members.change(task, "assignee", [e(boris)], seen=[g(support)], by=boris)
    browser = signed_in(boris)
    assert browser.get(f"/tasks/{task.number}/members/assignee/").status_code == 404
    assert browser.get(f"/tasks/{task.number}/members/participant/").status_code == 200


def test_two_who_choose_at_once_both_get_what_they_did(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    seen = members.who_is(task, "assignee")

    members.change(task, "assignee", [*seen, e(boris)], seen=seen, by=pavel)
    members.change(task, "assignee", [e(alice)], seen=seen, by=alice)

    assert sorted(members.who_is(task, "assignee")) == sorted([e(alice), e(boris)])


def test_nothing_happens_when_nothing_changes(liza: Writer, pavel: Employee, support: Group) -> None:
    task = liza.says("Hello")
    before = Event.objects.count()

    members.change(task, "assignee", [g(support)], seen=[g(support)], by=pavel)

    assert Event.objects.count() == before


@pytest.mark.parametrize("who", ["employee-999999", "contact-1", "employee-x", "", "group-0"])
def test_only_those_who_work_here_are_chosen(liza: Writer, pavel: Employee, support: Group, who: str) -> None:
    task = liza.says("Hello")

    answer = signed_in(pavel).post(
        f"/tasks/{task.number}/members/assignee/", {"who": [g(support), who], "seen": g(support)}
    )

    assert answer.status_code == 422 and "Choose employees" in words(answer)
    assert members.who_is(task, "assignee") == [g(support)]


def test_who_gives_a_task_away_altogether_is_led_to_the_list(
    liza: Writer, pavel: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    page = browser.get(f"/tasks/{task.number}/members/assignee/")
    assert "Who does this task" in words(page)
    answer = browser.post(f"/tasks/{task.number}/members/assignee/", {"who": e(boris), "seen": g(support)})

    assert answer["Location"] == "/tasks/"
    assert "do not take part" in words(browser.get("/tasks/"))


def test_an_answer_of_somebody_who_left_is_still_his(
    liza: Writer, pavel: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="Good day", kind="reply")
    notices.read(task, by=pavel)

    members.change(task, "assignee", [e(boris)], seen=[g(support)], by=pavel)

    assert "Pavel" in words(signed_in(boris).get(f"/tasks/{task.number}/"))


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_wait_for_each_other(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee, olga: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    start, faults = threading.Barrier(2), []

    def asks_in(who: Employee, by: Employee) -> None:
        start.wait()
        try:
            members.change(task, "participant", [e(who)], seen=[], by=by)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=asks_in, args=pair) for pair in ((boris, pavel), (olga, alice))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert faults == []
    assert sorted(members.who_is(task, "participant")) == sorted([e(boris), e(olga)])
    numbers = list(task.comments.values_list("number", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_an_administrator_goes_on_hearing_though_he_is_in_no_role(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)
    comments.add(task, by=olga, text="Let me see", kind="reply")

    members.change(task, "assignee", [e(boris)], seen=[g(support)], by=pavel)

    task.refresh_from_db()
    assert set(task.notified) == {olga.pk, boris.pk}


def test_7_who_may_edit_a_task_sets_its_auditors(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    address = f"/tasks/{task.number}/members/auditor/"
    assert signed_in(pavel).get(address).status_code == 404
    with pytest.raises(NotAllowed):
        members.change(task, "auditor", [e(boris)], seen=[], by=pavel)
    assert "Auditors" in words(signed_in(olga).get(f"/tasks/{task.number}/"))

    signed_in(olga).post(address, {"who": e(boris), "seen": ""})

    assert members.who_is(task, "auditor") == [e(boris)]
    assert "Watches over the task: Boris" in words(signed_in(boris).get(f"/tasks/{task.number}/"))
    assert not Notice.objects.filter(employee=boris).exists()
    signed_in(boris).post(address, {"seen": e(boris)})
    assert members.who_is(task, "auditor") == []
