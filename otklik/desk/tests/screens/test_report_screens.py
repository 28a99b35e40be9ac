"""Reports: every figure by its definition, with its rows behind it; only for those who see everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.desk import reports, time_limit
from otklik.desk.actions import comments, trash
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.reports import Asked, Part
from otklik.desk.tests.screens.stage import Writer, signed_in, words


def told(**more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return reports.figures(Asked(today - timedelta(days=6), today, **more))


def at(task: Task, number: int, seconds: int) -> None:
    """The clock of a line: so many seconds after the chat began."""
    Comment.objects.filter(task=task, number=number).update(at=task.created_at + timedelta(seconds=seconds))


def talk(liza: Writer, pavel: Employee) -> Task:
    """Asked at 0 and 30, answered at 90 and 95; asked again at 100, answered at 400."""
    task = liza.says("Hello", "Anybody?")
    comments.add(task, by=pavel, text="A note is no answer", kind="note")
    comments.add(task, by=pavel, text="Yes", kind="reply")
    comments.add(task, by=pavel, text="Here", kind="reply")
    liza.says("Thanks, and the price?")
    comments.add(task, by=pavel, text="10", kind="reply")
    for number, seconds in enumerate((0, 30, 40, 90, 95, 100, 400), start=1):
        at(task, number, seconds)
    return task


def test_first_answer_and_waits_follow_their_definitions(liza: Writer, pavel: Employee) -> None:
    talk(liza, pavel)

    total = told()["total"]

    assert (total["chats"], total["answered"], total["waiting"]) == (1, 1, 0)
    assert (round(total["first_answer"]), round(total["wait"])) == (90, 195)


def test_a_chat_whose_client_wrote_last_is_waiting(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    talk(liza, pavel)
    waiting = oleg.says("Hello")

    found = told()
    assert (found["total"]["chats"], found["total"]["waiting"]) == (2, 1)
    today = timezone.localdate()
    assert [row["number"] for row in reports.rows(Asked(today, today), Part(only="waiting"), 9)] == [waiting.number]


def test_who_answered_is_counted_and_chosen(liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> None:
    talk(liza, pavel)
    hers = oleg.says("Hello")
    comments.add(hers, by=alice, text="Hello, Oleg", kind="reply")

    assert [(row["name"], row["chats"]) for row in told()["employees"]] == [("Alice", 1), ("Pavel", 1)]
    assert told(employees=(alice.pk,))["total"]["chats"] == 1
    assert told(employees=())["total"]["chats"] == 0


def test_resolution_ends_with_completion_and_trash_does_not_count(liza: Writer, oleg: Writer, olga: Employee) -> None:
    done = liza.says("Hello")
    trash.trash(oleg.says("Spam"), by=olga)
    completed = done.status.set.statuses.get(key="completed")
    Task.objects.filter(pk=done.pk).update(status=completed, completed_at=done.created_at + timedelta(hours=2))

    total = told()["total"]
    assert (total["chats"], total["resolved"], total["resolution"]) == (1, 1, 7200)


def test_every_day_and_hour_has_its_place_and_its_rows(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    now = timezone.localtime(task.created_at)

    found = told()
    assert [row["chats"] for row in found["times"]] == [0] * 6 + [1] and found["times"][-1]["first"] == now.date()
    assert [row["hour"] for row in found["hours"] if row["chats"]] == [now.hour]
    page = signed_in(olga).get("/reports/chats/", {"day": now.date().isoformat()})
    assert f'href="/tasks/{task.number}/"' in page.content.decode()
    assert "No chats" in words(signed_in(olga).get("/reports/chats/", {"day": "2020-01-01"}))


def test_only_those_who_see_everything_see_reports(liza: Writer, olga: Employee, pavel: Employee) -> None:
    liza.says("Hello")
    for path in ("/reports/", "/reports/chats/", "/reports/chats.csv"):
        assert signed_in(olga).get(path).status_code == 200
        assert signed_in(pavel).get(path).status_code == 404


def test_the_csv_has_no_formulas(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    Task.objects.filter(pk=task.pk).update(name='=cmd|"/c calc"!A1')

    body = signed_in(olga).get("/reports/chats.csv").content.decode("utf-8-sig")

    assert "'=cmd" in body and ",=cmd" not in body and ',"=cmd' not in body


def test_bad_days_are_said_beside_their_fields(olga: Employee) -> None:
    browser = signed_in(olga)
    for since, until in (("x", "2026-01-01"), ("2026-02-01", "2026-01-01"), ("2020-01-01", "2026-01-01")):
        assert 'role="alert"' in browser.get("/reports/", {"since": since, "until": until}).content.decode()
    assert browser.get("/reports/chats/", {"day": "x", "hour": "99", "only": "x"}).status_code == 200


@pytest.mark.parametrize("odd", ["since=x", "site=x", "site=99", "employee=99", "since=2026-02-02&until=2026-01-01"])
@pytest.mark.parametrize("path", ["/reports/", "/reports/chats/"])
def test_what_the_form_cannot_mean_is_said_beside_its_field(olga: Employee, path: str, odd: str) -> None:
    page = signed_in(olga).get(f"{path}?{odd}")

    assert page.status_code == 200 and 'class="error" role="alert"' in page.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_edge_of_the_calendar_is_a_day(liza: Writer, olga: Employee, day: str) -> None:
    liza.says("Hello")
    for path in ("/reports/", "/reports/chats/", "/reports/chats.csv", "/search/", "/tasks/"):
        assert signed_in(olga).get(path, {"since": day, "until": day, "q": "hello"}).status_code == 200


@pytest.mark.parametrize("path", ["/reports/", "/reports/chats/", "/search/?q=hello"])
def test_too_much_at_once_is_said(olga: Employee, path: str) -> None:
    # So many others search at this moment.
    for _place in range(time_limit.AT_A_TIME):
        time_limit._places.acquire()
    try:
        page = signed_in(olga).get(path)
    finally:
        time_limit._places.release(time_limit.AT_A_TIME)

    assert page.status_code == 200 and "oo much" in words(page)


def test_the_page_tells_figures_with_their_definitions(liza: Writer, pavel: Employee, olga: Employee) -> None:
    talk(liza, pavel)

    page = words(signed_in(olga).get("/reports/"))

    assert "1 min 30 s" in page and "From the client's first message" in page and "Pavel" in page
