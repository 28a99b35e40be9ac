"""What becomes of a notice on each way (contracts/planfix-behaviour.md §9; field-notes 2, pain 2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.actions import comments, members, notices, notifying, tasks
from otklik.desk.actions.notifying import Able
from otklik.desk.models import Comment, Employee, Event, Notice, Notification, NotificationSettings, Status, Task
from otklik.desk.tests.screens.stage import Writer


@pytest.fixture(autouse=True)
def begun(db: None) -> None:
    notifying.plan()


def became_of(who: Employee, channel: str, kind: str = "client") -> list[tuple[str, str]]:
    rows = Notification.objects.filter(employee=who, channel=channel, kind=kind).order_by("pk")
    return list(rows.values_list("state", "why"))


def known(task: Task) -> Task:
    """Everybody has read that there is this task and was told of it."""
    notifying.plan()
    Notification.objects.all().delete()
    Notice.objects.filter(task=task).update(read_at=timezone.now())
    return task


def chosen(who: Employee, **more: object) -> NotificationSettings:
    return NotificationSettings.objects.create(employee=who, **more)


def replied(task: Task, by: Employee, text: str = "Yes") -> Comment:
    return comments.add(Task.objects.get(pk=task.pk), by=by, text=text, kind="reply")


def later(minutes: int) -> None:
    """So many minutes pass."""
    passed = timedelta(minutes=minutes)
    for row in Event.objects.all():
        Event.objects.filter(pk=row.pk).update(at=row.at - passed)
    for one in Notification.objects.all():
        Notification.objects.filter(pk=one.pk).update(made_at=one.made_at - passed, due_at=one.due_at - passed)


def test_a_client_who_writes_is_told_of_on_every_chosen_way(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")

    notifying.plan()

    assert became_of(pavel, "chronicle") == [("sent", "")]
    for channel in ("browser", "sound", "email"):
        assert became_of(pavel, channel) == [("due", "")]


def test_a_new_task_is_a_kind_of_its_own(liza: Writer, pavel: Employee) -> None:
    liza.says("Hello")

    notifying.plan()

    assert became_of(pavel, "browser", "new_task") == [("due", "")]
    assert became_of(pavel, "browser") == []


def test_what_is_switched_off_says_so(liza: Writer, pavel: Employee, alice: Employee) -> None:
    known(liza.says("Hello"))
    chosen(pavel, wanted={"client": ["chronicle", "email"]})
    liza.says("Are you there?")

    notifying.plan()

    assert became_of(pavel, "browser") == [("dropped", "off")]
    assert became_of(pavel, "email") == [("due", "")]
    assert became_of(alice, "browser") == [("due", "")]


def test_a_kind_kept_out_of_the_chronicle_is_read_and_told_elsewhere(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    chosen(pavel, wanted={"client": ["browser"]})
    liza.says("Are you there?")

    notifying.plan()

    assert not Notice.objects.filter(employee=pavel, read_at__isnull=True).exists()
    assert [one.channel for one in notifying.hand_out(pavel, Able())] == ["browser"]


def test_quiet_hours_stop_all_but_the_chronicle(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    chosen(pavel, quiet_until=timezone.now() + timedelta(hours=1))
    liza.says("Are you there?")

    notifying.plan()

    assert became_of(pavel, "chronicle") == [("sent", "")]
    for channel in ("browser", "sound", "email"):
        assert became_of(pavel, channel) == [("dropped", "quiet")]


def test_messages_of_one_conversation_are_told_together(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    known(oleg.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    liza.says("I am waiting")
    liza.says("For an hour")
    oleg.says("Good evening")

    notifying.plan()

    together = ("dropped", "together")
    assert sorted(became_of(pavel, "browser")) == [together, together, ("due", ""), ("due", "")]


def test_planning_twice_makes_nothing_twice(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")

    notifying.plan_for(pavel)
    notifying.plan()

    assert became_of(pavel, "browser") == [("due", "")]


def test_an_answer_of_a_colleague_makes_it_needless(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    replied(task, alice)

    assert notifying.hand_out(pavel, Able()) == []
    assert became_of(pavel, "browser") == [("dropped", "answered")]


def test_a_question_after_the_answer_is_told(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    replied(task, alice)
    liza.says("And what does it cost?")
    notifying.plan()

    told = {one.channel for one in notifying.hand_out(pavel, Able()) if one.kind == "client"}
    assert told == {"browser", "sound"}


def test_what_was_read_is_not_told(liza: Writer, pavel: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    notices.read(task, by=pavel)

    assert notifying.hand_out(pavel, Able()) == []
    assert became_of(pavel, "sound") == [("dropped", "read")]


def test_who_may_not_see_the_task_any_more_hears_nothing(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    task.members.all().delete()

    assert notifying.hand_out(pavel, Able()) == []
    assert became_of(pavel, "browser") == [("dropped", "no_access")]


def test_a_browser_that_forbids_and_one_that_is_mute_are_told_of(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()

    assert notifying.hand_out(pavel, Able(browser="forbidden", sound="silent")) == []
    later(minutes=2)
    notifying.give_up()

    assert became_of(pavel, "browser") == [("failed", "forbidden")]
    assert became_of(pavel, "sound") == [("failed", "silent")]


def test_what_one_device_may_not_show_another_shows(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    notifying.hand_out(pavel, Able(browser="forbidden", sound="silent"))

    assert len(notifying.hand_out(pavel, Able())) == 2
    assert became_of(pavel, "browser") == [("sent", "")]


def test_who_looks_at_the_task_needs_no_pop_up(liza: Writer, pavel: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()

    assert notifying.hand_out(pavel, Able(task=task.number)) == []
    assert became_of(pavel, "browser") == [("dropped", "looking")]


def test_a_second_device_shows_it_too_and_each_only_once(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()

    first = notifying.hand_out(pavel, Able())
    second = notifying.hand_out(pavel, Able())

    assert [one.pk for one in first] == [one.pk for one in second] != []
    assert notifying.hand_out(pavel, Able(), after=first[-1].pk) == []


def test_without_an_open_page_the_pop_up_is_given_up(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    notifying.give_up()
    assert became_of(pavel, "browser") == [("due", "")]
    later(minutes=2)

    notifying.give_up()

    assert became_of(pavel, "browser") == [("dropped", "nobody")]
    assert became_of(pavel, "email") == [("due", "")]


def test_a_client_who_waits_is_told_of_louder_and_once(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    notifying.tell_of_waiting()
    assert became_of(pavel, "sound", "waiting") == []
    later(minutes=11)

    notifying.tell_of_waiting()
    notifying.tell_of_waiting()

    assert became_of(pavel, "sound", "waiting") == [("due", "")]


def test_a_client_who_was_answered_does_not_wait(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    replied(task, alice)
    later(minutes=11)

    notifying.tell_of_waiting()

    assert became_of(pavel, "sound", "waiting") == []


def test_each_has_a_patience_of_his_own(liza: Writer, pavel: Employee, alice: Employee) -> None:
    chosen(pavel, waits_minutes=3)
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    later(minutes=4)

    notifying.tell_of_waiting()

    assert became_of(pavel, "email", "waiting") == [("due", "")]
    assert became_of(alice, "email", "waiting") == []


def test_work_that_is_done_waits_for_nobody(liza: Writer, pavel: Employee) -> None:
    task = known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    tasks.set_status(task, Status.objects.get(key="completed", set__key="standard"), by=pavel)
    later(minutes=11)

    notifying.tell_of_waiting()

    assert became_of(pavel, "sound", "waiting") == []


def test_who_is_added_hears_that_he_is(liza: Writer, boris: Employee, olga: Employee) -> None:
    task = known(liza.says("Hello"))
    members.change(task, "assignee", [f"employee-{boris.pk}"], seen=[], by=olga)

    notifying.plan()

    assert became_of(boris, "email", "assigned") == [("due", "")]


def test_old_rows_go(liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    liza.says("Are you there?")
    notifying.plan()
    Notification.objects.update(made_at=timezone.now() - timedelta(days=15))

    notifying.sweep()

    assert not Notification.objects.exists()
