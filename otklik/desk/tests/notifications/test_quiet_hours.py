from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from otklik.desk.models import Employee, NotificationSettings
from otklik.desk.tests.screens.stage import signed_in, words


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(18, True), (23, True), (4, True), (5, False), (12, False), (17, False)]
)
def test_quiet_hours_follow_the_persons_own_clock_over_midnight(hour: int, is_quiet: bool) -> None:
    own = NotificationSettings(quiet_from=time(21), quiet_to=time(8), zone="Europe/Moscow")

    assert own.is_quiet(datetime(2026, 11, 23, hour, tzinfo=UTC)) is is_quiet


def test_quiet_hours_within_a_day() -> None:
    own = NotificationSettings(quiet_from=time(13), quiet_to=time(14), zone="UTC")

    told = [own.is_quiet(datetime(2026, 11, 23, hour, tzinfo=UTC)) for hour in (12, 13, 14)]

    assert told == [False, True, False]


def test_quiet_until_ends() -> None:
    own = NotificationSettings(quiet_until=datetime(2026, 11, 23, 15, tzinfo=UTC))

    assert own.is_quiet(datetime(2026, 11, 23, 14, 59, tzinfo=UTC))
    assert not own.is_quiet(datetime(2026, 11, 23, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hour", "is_quiet"),
    [
        (27, 20, True),  # Friday evening
        (28, 4, True),  # the night that began on Friday
        (28, 20, False),
        (29, 4, False),
        (29, 23, False),
        (30, 4, False),  # the night that began on Sunday
        (30, 20, True),
    ],
)
def test_9_quiet_hours_begin_on_chosen_days(day: int, hour: int, is_quiet: bool) -> None:
    working_days = [0, 1, 2, 3, 4]
    own = NotificationSettings(quiet_from=time(19), quiet_to=time(8), zone="UTC", quiet_days=working_days)

    assert own.is_quiet(datetime(2026, 11, day, hour, tzinfo=UTC)) is is_quiet
    at_noon = NotificationSettings(quiet_from=time(0), quiet_to=time(23), zone="UTC", quiet_days=working_days)
    assert at_noon.is_quiet(datetime(2026, 11, day, 12, tzinfo=UTC)) is (day in (27, 30))


def test_9_the_days_of_quiet_hours_are_chosen_and_shown_again(pavel: Employee) -> None:
    browser = signed_in(pavel)
    given = {"from": "22:00", "to": "08:00", "waits_minutes": "10", "mail_minutes": "10"}

    refused = browser.post("/notifications/", given)
    assert refused.status_code == 422 and "Choose the days of the quiet hours." in words(refused)
    browser.post("/notifications/", {**given, "day": ["5", "6", "nonsense"]})

    assert NotificationSettings.objects.get(employee=pavel).quiet_days == [5, 6]
    shown = [day for day, _short, _name, is_on in browser.get("/notifications/").context["days"] if is_on]
    assert shown == [5, 6]
