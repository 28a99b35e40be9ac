from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from otklik.desk.models import NotificationSettings


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
