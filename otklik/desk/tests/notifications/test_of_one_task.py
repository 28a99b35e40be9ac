"""How one hears of one task (contracts/planfix-behaviour.md §9: all actions, own settings, off), of a call by name, and
of a due date."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from otklik.desk.actions import comments, due_dates, due_telling, keeping, members, notifying, tasks
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Due, Employee, Notice, Status, Task
from otklik.desk.tests.notifications.test_rules import became_of, begun, chosen, known, later
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["begun"]

WAYS = ("chronicle", "browser", "sound", "email")


def test_9_off_for_a_task_is_quiet_but_for_what_is_meant_for_one(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = known(liza.says("Hello"))
    keeping.hear(task, "none", by=pavel)
    liza.says("Are you there?")
    comments.add(task, by=alice, text="Shall I?", kind="note")
    comments.add(task, by=alice, text="@Pavel, you know her.", kind="note")

    notifying.plan()

    for way in WAYS:
        assert became_of(pavel, way) == [("dropped", "task_off")]
        assert became_of(pavel, way, "colleague") == [("dropped", "task_off")]
    assert became_of(pavel, "browser", "mentioned") == [("due", "")]
    assert became_of(alice, "browser") == [("due", "")]
    unread = Notice.objects.filter(employee=pavel, task=task, read_at=None)
    assert [notice.reason for notice in unread] == ["mentioned"]


def test_9_a_client_who_waits_in_a_task_that_is_off_is_told_to_the_others(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    keeping.hear(task, "none", by=pavel)
    notifying.plan()
    later(11)

    notifying.tell_of_waiting()

    assert set(became_of(pavel, "browser", "waiting")) == {("dropped", "task_off")}
    assert set(became_of(alice, "browser", "waiting")) == {("due", "")}


def test_9_all_of_a_task_is_heard_whatever_the_settings_say(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = known(liza.says("Hello"))
    chosen(olga, wanted={})
    keeping.hear(task, "all", by=olga)
    liza.says("Are you there?")
    tasks.set_status(task, Status.objects.get(key="in_progress", set__key="standard"), by=pavel)

    notifying.plan()

    assert became_of(olga, "email") == [("due", "")] and became_of(olga, "browser", "status") == [("due", "")]
    keeping.hear(task, "", by=olga)
    liza.says("And now?")
    notifying.plan()
    assert became_of(olga, "sound")[-1] == ("dropped", "off")


def test_9_the_menu_of_the_task_says_how_one_hears(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    browser.post(f"/tasks/{task.number}/hearing/", {"mode": "none"})
    page = browser.get(f"/tasks/{task.number}/")
    assert 'value="none" aria-current="true"' in page.content.decode() and "Of nothing here" in words(page)
    browser.post(f"/tasks/{task.number}/hearing/", {"mode": "loudly"})
    assert 'value="" aria-current="true"' in browser.get(f"/tasks/{task.number}/").content.decode()

    assert signed_in(boris).post(f"/tasks/{task.number}/hearing/", {"mode": "all"}).status_code == 404
    for mode in ("all", "none"):
        with pytest.raises(NotAllowed):
            keeping.hear(task, mode, by=boris)


def test_9_a_call_by_name_is_a_kind_of_its_own(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = known(liza.says("Hello"))
    chosen(pavel, wanted={"mentioned": ["email"]})
    comments.add(task, by=alice, text="@Pavel, look.", kind="note")
    notifying.plan()
    assert became_of(pavel, "email", "mentioned") == [("due", "")]
    assert became_of(pavel, "browser", "mentioned") == [("dropped", "off")]
    assert "A colleague calls me by name" in words(signed_in(pavel).get("/notifications/"))


def due_at(task: Task, at: datetime | None, by: Employee) -> None:
    """A moment; None: today as a whole day."""
    local = timezone.localtime(at)
    seen = due_dates.facts_of(task)
    clock = local.time().replace(second=0, microsecond=0) if at else None
    due_dates.change(task, local.date(), clock, seen=seen, by=by)


def heard(who: Employee) -> list[str]:
    return list(Notice.objects.filter(employee=who, reason="due").values_list("event__kind", flat=True))


def test_9_assignees_hear_once_that_a_due_date_is_near_and_once_that_it_has_passed(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    members.change(task, "participant", [f"employee-{boris.pk}"], seen=[], by=olga)
    due_at(task, timezone.now() + timedelta(hours=3), olga)
    due_telling.tell()
    assert heard(pavel) == ["due_changed"]

    Due.objects.update(at=timezone.now() + timedelta(minutes=50))
    for _time in range(2):
        due_telling.tell()
    assert heard(pavel)[1:] == heard(alice)[1:] == ["due_near"]
    Due.objects.update(at=timezone.now() - timedelta(minutes=1))
    for _time in range(2):
        due_telling.tell()
    assert heard(pavel)[2:] == ["due_over"] and "due_over" not in heard(boris)
    place = Task.objects.get(pk=task.pk).last_event
    # Another date begins anew.
    due_at(task, timezone.now() + timedelta(minutes=30), olga)
    due_telling.tell()
    assert heard(pavel)[4:] == ["due_near"] and Task.objects.get(pk=task.pk).last_event > place
    page = words(signed_in(pavel).get("/"))
    assert "Due soon" in page


def test_9_of_a_due_date_in_the_past_nobody_hears_that_it_is_near(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    due_at(task, timezone.now() - timedelta(hours=2), olga)

    due_telling.tell()

    assert heard(pavel)[1:] == ["due_over"]
    assert "Overdue: " in words(signed_in(pavel).get("/"))


def test_9_nobody_is_woken_for_a_task_that_is_done_or_for_what_passed_long_ago(
    liza: Writer, oleg: Writer, pavel: Employee, olga: Employee
) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    due_at(hers, timezone.now() + timedelta(hours=3), olga)
    due_at(his, timezone.now() + timedelta(hours=3), olga)
    tasks.set_status(hers, Status.objects.get(key="completed", set__key="standard"), by=olga)
    Due.objects.filter(task=hers).update(at=timezone.now() - timedelta(minutes=1))
    Due.objects.filter(task=his).update(at=timezone.now() - timedelta(days=3))
    due_telling.tell()
    assert {"due_near", "due_over"}.isdisjoint(heard(pavel))


def test_9_a_whole_day_is_told_in_its_morning_and_after_it(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    due_at(task, None, olga)
    due_telling.tell()
    is_morning_over = timezone.localtime().time() >= time(9)
    assert ("due_near" in heard(pavel)) == is_morning_over and "due_over" not in heard(pavel)
    Due.objects.update(day=timezone.localdate() - timedelta(days=1))
    due_telling.tell()
    assert "due_over" in heard(pavel)
