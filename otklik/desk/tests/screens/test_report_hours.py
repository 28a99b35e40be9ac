"""Reports of working time alone: nights, free days and holidays do not count, in any figure and in no row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest

from otklik.desk import reports
from otklik.desk.actions import comments, company
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.reports import Asked, Part
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.desk.tests.screens.test_report_links import promised, rows_behind
from otklik.desk.views import report_sections

MEASURES = ("first_answer", "wait", "resolution")
# 2 and 3 March 2026 are Monday and Tuesday, the 6th is a Friday.
MONDAY, TUESDAY, FRIDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6), date(2026, 3, 9)
HOUR = 3600


def works_on_weekdays(olga: Employee, shifts: list[list[str]] | None = None) -> None:
    week = {str(day): shifts or [["09:00", "18:00"]] for day in range(5)}
    company.change_hours(is_used=True, timezone="UTC", week=week, special={}, by=olga)


def is_free(day: date) -> None:
    calendar = company.stored().calendar
    calendar.holidays = {day.isoformat(): "Day of rest"}
    calendar.save()


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), UTC)


def chat(liza: Writer, pavel: Employee, began: datetime, done: datetime) -> Task:
    """Asked and answered, and completed with the answer."""
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="Yes", kind="reply")
    Task.objects.filter(pk=task.pk).update(created_at=began, completed_at=done)
    Comment.objects.filter(task=task, kind="client").update(at=began)
    Comment.objects.filter(task=task, kind="reply").update(at=done)
    return task


def asked() -> Asked:
    return Asked(date(2026, 3, 1), date(2026, 3, 31), hours=company.hours())


def counted() -> set[int]:
    """Seconds of all three times, in every part of the report that has them and in the rows behind; they are one."""
    figures = reports.figures(asked())
    by_name = (figures[name] for name in ("times", "hours", "employees", "sites", "channels"))
    told = [row for row in (figures["total"], *chain(*by_name)) if row["chats"]]
    found = {round(row[name]) for row in told for name in MEASURES}
    found |= {round(row[f"{name}_90"]) for row in told for name in MEASURES}
    [row] = reports.rows(asked(), Part(only="answered"), 9)
    return found | {round(row[name]) for name in ("first_answer", "longest", "resolution")}


@pytest.mark.parametrize(
    ("began", "done", "seconds"),
    [
        (at(MONDAY, "10:00"), at(MONDAY, "10:30"), 1800),
        # A night.
        (at(MONDAY, "17:00"), at(TUESDAY, "10:00"), 2 * HOUR),
        # From the moment at which work ends until that at which it begins.
        (at(MONDAY, "18:00"), at(TUESDAY, "09:00"), 0),
        (at(MONDAY, "09:00"), at(MONDAY, "18:00"), 9 * HOUR),
        # Asked in the night, answered in it.
        (at(MONDAY, "22:00"), at(TUESDAY, "02:00"), 0),
        (at(MONDAY, "22:00"), at(TUESDAY, "09:01"), 60),
        # A weekend.
        (at(FRIDAY, "17:30"), at(NEXT_MONDAY, "09:30"), HOUR),
        (at(date(2026, 3, 7), "12:00"), at(date(2026, 3, 8), "12:00"), 0),
    ],
)
def test_nights_and_free_days_do_not_count(
    liza: Writer, pavel: Employee, olga: Employee, began: datetime, done: datetime, seconds: int
) -> None:
    works_on_weekdays(olga)
    chat(liza, pavel, began, done)

    assert counted() == {seconds}
    hours = company.hours()
    assert hours and hours.between(began, done).total_seconds() == seconds


def test_a_holiday_does_not_count(liza: Writer, pavel: Employee, olga: Employee) -> None:
    works_on_weekdays(olga)
    chat(liza, pavel, at(MONDAY, "17:00"), at(date(2026, 3, 4), "10:00"))
    assert counted() == {11 * HOUR}

    is_free(TUESDAY)
    assert counted() == {2 * HOUR}


def test_a_pause_at_noon_and_a_shift_over_midnight_are_as_they_are_written(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    works_on_weekdays(olga, [["09:00", "12:00"], ["13:00", "17:00"], ["22:00", "02:00"]])
    chat(liza, pavel, at(MONDAY, "11:00"), at(TUESDAY, "10:00"))
    assert counted() == {(1 + 4 + 4 + 1) * HOUR}


def test_an_unanswered_chat_has_no_time_of_an_answer(liza: Writer, olga: Employee) -> None:
    works_on_weekdays(olga)
    task = liza.says("Hello")
    Task.objects.filter(pk=task.pk).update(created_at=at(MONDAY, "10:00"))

    total = reports.figures(asked())["total"]
    assert [total[name] for name in MEASURES] == [None] * 3 and total["waiting"] == 1


def test_every_link_of_the_page_keeps_the_choice(liza: Writer, pavel: Employee, olga: Employee) -> None:
    works_on_weekdays(olga)
    chat(liza, pavel, at(MONDAY, "17:00"), at(TUESDAY, "10:00"))
    browser, of = signed_in(olga), {"since": "2026-03-01", "until": "2026-03-31", "time": "working"}

    page = browser.get("/reports/", of)
    links = promised(page.content.decode())
    assert len(links) > 20 and all("time=working" in link for link, _said in links)
    assert [link for link, said in links if rows_behind(browser, link) != said] == []
    assert (
        "only the working time of the company counts" in words(page)
        and "half within 2\N{NO-BREAK SPACE}h" in page.content.decode()
    )
    rows = words(browser.get(f"/reports/{links[0][0]}"))
    assert "working time only" in rows and "17 h" not in rows


def test_every_file_says_which_time_it_counts(liza: Writer, pavel: Employee, olga: Employee) -> None:
    works_on_weekdays(olga)
    chat(liza, pavel, at(MONDAY, "17:00"), at(TUESDAY, "10:00"))
    browser, of = signed_in(olga), {"since": "2026-03-01", "until": "2026-03-31"}
    for name in ("chats", *report_sections.TITLES):
        by_clock = browser.get(f"/reports/{name}.csv", of).content.decode()
        of_work = browser.get(f"/reports/{name}.csv", of | {"time": "working"}).content.decode()
        assert "61200" in by_clock and "7200" not in by_clock and "(working time)" not in by_clock
        assert "7200" in of_work and "61200" not in of_work
        assert "First answer, seconds (working time)" in of_work


def test_without_hours_of_the_company_all_time_counts_and_the_page_says_so(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    chat(liza, pavel, at(MONDAY, "17:00"), at(TUESDAY, "10:00"))
    of = {"since": "2026-03-01", "until": "2026-03-31", "time": "working"}
    page = signed_in(olga).get("/reports/", of)
    assert (
        "The company has not said when it works" in words(page)
        and "half within 17\N{NO-BREAK SPACE}h" in page.content.decode()
    )


def test_a_chat_of_today_counts_until_now(liza: Writer, pavel: Employee, olga: Employee) -> None:
    """Also in the opening that goes on, which ends later."""
    always = {str(day): [["00:00", "00:00"]] for day in range(7)}
    company.change_hours(is_used=True, timezone="UTC", week=always, special={}, by=olga)
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="Yes", kind="reply")
    asked_at = task.comments.get(kind="client").at
    Comment.objects.filter(task=task, kind="reply").update(at=asked_at + timedelta(seconds=90))
    today = asked_at.date()
    figures = reports.figures(Asked(today - timedelta(days=1), today + timedelta(days=1), hours=company.hours()))
    assert round(figures["total"]["first_answer"]) == 90
