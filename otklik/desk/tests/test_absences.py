"""Employees' own working time and absences (§7, §11.3, §12; field note 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from otklik.conftest import make_employee
from otklik.desk.actions import absences, attending, company, members, notifying, own_hours, turns
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Absence, Employee, Event, Notification, Scenario, TaskMember, TaskTemplate
from otklik.desk.scenarios.conditions.asking import Looked
from otklik.desk.scenarios.conditions.of_event import _at_work
from otklik.desk.scenarios.dates import after_delay
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["liza", "shop_chat"]

WEEK = {str(day): [["09:00", "18:00"]] for day in range(5)}
MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


def away(who: Employee, days: int = 3, substitute: Employee | None = None, by: Employee | None = None) -> Absence:
    """From today on."""
    since = absences.today()
    until = since + timedelta(days=days)
    return absences.add(who, since=since, until=until, kind="holiday", substitute=substitute, by=by or who)


def test_7_one_writes_his_own_absence_and_colleagues_see_it(olga: Employee, pavel: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    members.change(task, "participant", [f"employee-{pavel.pk}"], seen=[], by=olga)
    today = absences.today()
    given = {"since": today.isoformat(), "until": (today + timedelta(days=3)).isoformat(), "kind": "holiday"}
    answer = signed_in(pavel).post(reverse("employee_absences", args=[pavel.pk]), given, follow=True)
    assert "Saved." in words(answer)

    with translation.override("en"):
        told = absences.words(Absence.objects.get())
    assert told.startswith("away until")
    for page in (
        f"/tasks/{task.number}/",
        "/management/employees/",
        reverse("members", args=[task.number, "assignee"]),
    ):
        assert told in words(signed_in(olga).get(page))


def test_who_looks_at_a_task_though_he_is_away_is_shown_so(pavel: Employee, olga: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    absence = away(pavel)
    assert attending.mark(pavel, "looks")["away"] == absence.until.isoformat()
    assert "away" not in attending.mark(olga, "looks")
    assert 'data-away="away until {day}"' in signed_in(olga).get(f"/tasks/{task.number}/").content.decode()


def test_7_administrators_write_it_for_others_and_colleagues_do_not(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    away(pavel, by=olga)
    with pytest.raises(NotAllowed):
        away(alice, by=pavel)
    assert signed_in(alice).get(reverse("employee_time", args=[pavel.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        absences.remove(Absence.objects.get(), by=alice)
    absences.remove(Absence.objects.get(), by=olga)
    assert not Absence.objects.exists()


def test_7_two_absences_do_not_overlap_and_none_ends_before_it_begins(pavel: Employee) -> None:
    away(pavel)
    with pytest.raises(Refused):
        away(pavel)
    day = date(2030, 1, 5)
    with pytest.raises(Refused):
        absences.add(pavel, since=day, until=day - timedelta(days=1), kind="ill", substitute=None, by=pavel)
    with pytest.raises(Refused):
        absences.add(pavel, since=day, until=day, kind="ill", substitute=pavel, by=pavel)
    answer = signed_in(pavel).post(reverse("employee_absences", args=[pavel.pk]), {"since": "", "until": "2030-01-01"})
    assert answer.status_code == 422


def test_12_by_turns_passes_over_who_is_away_unless_all_are(pavel: Employee, alice: Employee) -> None:
    template = TaskTemplate.objects.get(key="standard")
    people = sorted([pavel.pk, alice.pk])
    away(pavel)
    assert {turns.next_of(template.pk, people, absences.away_today()) for _time in range(4)} == {alice.pk}
    away(alice)
    assert {turns.next_of(template.pk, people, absences.away_today()) for _time in range(4)} == {pavel.pk, alice.pk}


def test_9_nothing_but_the_chronicle_tells_who_is_away(pavel: Employee, liza: Writer) -> None:
    away(pavel)
    liza.says("Hello")
    notifying.plan()
    rows = Notification.objects.filter(employee=pavel)
    assert rows.get(channel="chronicle").state == "sent"
    told = rows.filter(channel="browser").values_list("state", "why")
    assert list(told) == [("dropped", "away")]


def test_a_task_of_somebody_who_is_away_says_so_and_is_passed_on(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee, liza: Writer
) -> None:
    task = liza.says("Hello")
    TaskMember.objects.filter(task=task, role__key="assignee").delete()
    members.change(task, "assignee", [f"employee-{pavel.pk}"], seen=[], by=olga)
    members.change(task, "participant", [f"employee-{boris.pk}"], seen=[], by=olga)
    assert "does this task alone" not in words(signed_in(olga).get(f"/tasks/{task.number}/"))
    away(pavel, substitute=alice)

    page = words(signed_in(olga).get(f"/tasks/{task.number}/"))
    assert "Pavel does this task alone and is away until" in page and "Pass on to Alice" in page
    seen_by_boris = words(signed_in(boris).get(f"/tasks/{task.number}/"))
    assert "does this task alone" in seen_by_boris and "Pass on to Alice" not in seen_by_boris

    given = {"seen": f"employee-{pavel.pk}", "who": f"employee-{alice.pk}"}
    signed_in(olga).post(reverse("members", args=[task.number, "assignee"]), given)
    assert members.who_is(task, "assignee") == [f"employee-{alice.pk}"]


def test_the_page_of_a_task_asks_no_more_for_many_who_are_away(olga: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    many = [make_employee(f"Person{number}") for number in range(6)]
    for one in many:
        away(one)
    counts, browser = [], signed_in(olga)
    for size in (1, 6):
        who = [f"employee-{one.pk}" for one in many[:size]]
        members.change(task, "participant", who, seen=[], by=olga)
        browser.get(f"/tasks/{task.number}/")
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/tasks/{task.number}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_11_3_a_delay_counts_the_working_time_of_the_assignees(olga: Employee, pavel: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    TaskMember.objects.filter(task=task, role__key="assignee").delete()
    members.change(task, "assignee", [f"employee-{pavel.pk}"], seen=[], by=olga)
    own_hours.change(pavel, is_used=True, timezone="UTC", week={"1": [["10:00", "12:00"]]}, special={}, by=pavel)
    scenario = Scenario(delay=3600, in_working_time=True, of_assignees=True)

    # Pavel works on Tuesdays.
    assert after_delay(scenario, task, MONDAY) == datetime(2026, 12, 1, 11, tzinfo=UTC)
    day = date(2026, 12, 1)
    absences.add(pavel, since=day, until=day, kind="ill", substitute=None, by=pavel)
    assert after_delay(scenario, task, MONDAY) == datetime(2026, 12, 8, 11, tzinfo=UTC)
    scenario.in_working_time = False
    assert after_delay(scenario, task, MONDAY) == MONDAY + timedelta(hours=1)


def test_11_3_of_several_assignees_one_who_works_is_enough(olga: Employee, pavel: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    alice = Employee.objects.get(user__name="Alice")
    own_hours.change(pavel, is_used=True, timezone="UTC", week={"1": [["10:00", "12:00"]]}, special={}, by=pavel)
    own_hours.change(alice, is_used=True, timezone="UTC", week={"1": [["11:00", "14:00"]]}, special={}, by=alice)
    three = own_hours.after(task, MONDAY, timedelta(hours=3))
    assert three == datetime(2026, 12, 1, 13, tzinfo=UTC)


def test_without_a_week_of_his_own_one_works_as_the_company_does(olga: Employee, pavel: Employee) -> None:
    company.change_hours(is_used=True, timezone="UTC", week=WEEK, special={}, by=olga)
    moment = datetime(2026, 12, 1, 20, tzinfo=UTC)
    assert own_hours.at_work([pavel.pk], MONDAY) == {pavel.pk} and not own_hours.at_work([pavel.pk], moment)
    own_hours.change(pavel, is_used=True, timezone="UTC", week={"1": [["19:00", "22:00"]]}, special={}, by=pavel)
    assert own_hours.at_work([pavel.pk], moment) == {pavel.pk}
    own_hours.change(pavel, is_used=False, timezone="UTC", week={}, special={}, by=pavel)
    assert not own_hours.at_work([pavel.pk], moment)


def test_11_2_a_condition_asks_who_works_now(pavel: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    looked = Looked(task, Event.objects.latest("number"))
    assert {"assignee", f"employee-{pavel.pk}"} <= _at_work(looked)
    for one in Employee.objects.active():
        away(one)
    assert _at_work(looked) == set()


def test_the_form_of_own_hours_keeps_the_week(pavel: Employee) -> None:
    address = reverse("employee_time", args=[pavel.pk])
    given = {"is_used": "on", "timezone": "Europe/Moscow", "day0_0_from": "10:00", "day0_0_to": "16:00"}
    answer = signed_in(pavel).post(address, given, follow=True)
    assert "Saved." in words(answer)
    pavel.refresh_from_db()
    assert pavel.calendar and pavel.calendar.week == {"0": [["10:00", "16:00"]]}
    assert signed_in(pavel).post(address, {"is_used": "on", "timezone": "Europe/Moscow"}).status_code == 422
