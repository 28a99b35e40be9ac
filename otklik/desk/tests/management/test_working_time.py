"""When the company works (§11.2, §11.3: conditions and delays of scenarios count by it)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from otklik.desk.actions import company, invitations
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Company, Employee, ScenarioRun
from otklik.desk.tests.scenarios.test_engine import asks, built, does, runs
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.people.models import User

__all__ = ["liza", "shop_chat"]

PAGE = "/management/working-time/"
MOSCOW = ZoneInfo("Europe/Moscow")
WORKDAYS = {f"day{day}_0_{side}": at for day in range(5) for side, at in (("from", "09:00"), ("to", "18:00"))}


def form(**changed: Any) -> dict[str, Any]:
    return {"is_used": "on", "timezone": "Europe/Moscow", "holidays_address": "", **WORKDAYS} | changed


def test_without_working_hours_the_whole_week_is_full(olga: Employee) -> None:
    browser = signed_in(olga)
    assert browser.get(PAGE).content.decode().count('x="0" y="0" width="1440"') == 7

    browser.post(PAGE, form())
    assert 'width="1440"' not in browser.get(PAGE).content.decode()


def test_the_week_and_single_days_are_kept(olga: Employee) -> None:
    browser = signed_in(olga)
    assert "All time counts as working time" in words(browser.get(PAGE))

    special = {"special0_date": "2026-12-31", "special0_name": "Eve", "special0_from": "09:00", "special0_to": "12:00"}
    assert browser.post(PAGE, form(**special)).status_code == 302

    friday = datetime(2026, 11, 27, 17, tzinfo=MOSCOW)
    assert company.after(friday, timedelta(hours=2)) == datetime(2026, 11, 30, 10, tzinfo=MOSCOW)
    assert not company.is_working(datetime(2026, 12, 31, 13, tzinfo=MOSCOW))
    browser.post(PAGE, form(**special) | {"is_used": ""})
    assert company.is_working(datetime(2026, 12, 31, 13, tzinfo=MOSCOW)) and Company.objects.count() == 1


def test_holidays_come_from_a_calendar_file(olga: Employee) -> None:
    day = timezone.localdate() + timedelta(days=30)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        "SUMMARY:Holiday", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    file = SimpleUploadedFile("days.ics", "\r\n".join(lines).encode())
    signed_in(olga).post(PAGE, form(holidays_file=file))
    assert company.stored().calendar.holidays == {day.isoformat(): "Holiday"}


def test_what_does_not_fit_stands_beside_its_field_and_nothing_is_lost(olga: Employee) -> None:
    page = signed_in(olga).post(PAGE, form(day0_0_to=""))
    assert page.status_code == 422 and "Give both: from and to" in words(page) and not Company.objects.exists()
    page = signed_in(olga).post(PAGE, {"is_used": "on", "timezone": "Europe/Moscow"})
    assert page.status_code == 422 and "Give at least one shift" in words(page)


def test_the_companys_language_is_that_of_new_employees_and_of_letters(olga: Employee, pavel: Employee) -> None:
    browser = signed_in(olga)
    browser.post("/management/language/", {"language": "en"})
    assert company.language_of(pavel) == "en"
    pavel.user.language = "ru"
    assert company.language_of(pavel) == "ru"
    _invitation, token = invitations.make(name="Eva", by=olga)
    user = User.objects.create_user("eva@example.com", "a good password for tests", name="Eva")
    employee = invitations.accept(token, user)
    assert employee and employee.user.language == "en"

    assert "Choose one from the list" in words(browser.post("/management/language/", {"language": "tlh"}, follow=True))
    browser.post("/management/language/", {"language": ""})
    assert company.stored().language == "" and signed_in(pavel).post("/management/language/").status_code == 404


def test_only_administrators(pavel: Employee) -> None:
    assert signed_in(pavel).get(PAGE).status_code == 404
    with pytest.raises(NotAllowed):
        company.change_hours(is_used=True, timezone="UTC", week={}, special={}, by=pavel)


def test_11_3_a_delay_counts_working_time_alone(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    # Nobody works today: the hour is over when the work of a later day has begun for an hour.
    local = timezone.now().astimezone(MOSCOW)
    later = (local + timedelta(days=2)).weekday()
    company.change_hours(
        is_used=True, timezone="Europe/Moscow", week={str(later): [["09:00", "18:00"]]}, special={}, by=olga
    )
    built(olga, "left", does("complete"), delay=3600, in_working_time=True)
    plain = built(olga, "left", does("complete"), delay=3600, conditions=[asks("working", "is", "no")])

    liza.leaves()
    runs()

    counted, simple = ScenarioRun.objects.order_by("scenario")
    assert counted.due_at is not None and simple.due_at is not None and simple.scenario == plain
    assert counted.due_at.astimezone(MOSCOW).strftime("%H:%M") == "10:00" and counted.due_at > simple.due_at
