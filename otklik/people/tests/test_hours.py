from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.people.hours import Hours, Shift, SpecialDay, zone_of

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
ZONES = [MOSCOW, BERLIN, *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"))]
OFFICE: list[Shift] = [(time(9), time(13)), (time(14), time(18))]
WORKDAYS = dict.fromkeys(range(5), OFFICE)

minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
shifts = st.lists(st.tuples(minutes, minutes), max_size=3)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
moments = st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 30), timezones=st.just(UTC))
some_hours = st.builds(
    Hours,
    zone=st.sampled_from(ZONES),
    week=st.dictionaries(st.integers(0, 6), shifts, max_size=7),
    special=st.dictionaries(days, shifts.map(lambda some: SpecialDay(tuple(some))), max_size=5),
    holidays=st.dictionaries(days, st.just("Holiday"), max_size=5),
)


def on_the_wall(hours: Hours, moment: datetime) -> bool:
    """Whether the clock on the wall shows a time within a shift: counted in another way than the product counts."""
    local = moment.astimezone(hours.zone)
    now, minute = local.date(), local.time().replace(tzinfo=None)
    today = any((a <= minute < b) if a < b else minute >= a for a, b in hours.day(now).shifts)
    return today or any(b <= a and minute < b for a, b in hours.day(now - timedelta(days=1)).shifts)


def clocks_change_near(hours: Hours, moment: datetime) -> bool:
    local = [(moment + timedelta(hours=number)).astimezone(hours.zone).utcoffset() for number in range(-30, 31)]
    return len(set(local)) > 1


@given(some_hours, moments)
@settings(max_examples=300, deadline=None)
def test_open_is_what_the_clock_on_the_wall_says(hours: Hours, moment: datetime) -> None:
    if on_the_wall(hours, moment):
        assert hours.is_open(moment)
    elif not clocks_change_near(hours, moment):
        assert not hours.is_open(moment)


@given(some_hours, moments)
@settings(max_examples=300, deadline=None)
def test_what_is_told_of_the_next_opening_comes_true(hours: Hours, moment: datetime) -> None:
    opening = hours.opening(moment)
    if opening is None:
        assert not any(hours.is_open(moment + timedelta(hours=number)) for number in range(0, 400, 5))
        return
    assert hours.is_open(opening.starts_at) and opening.ends_at > moment
    assert hours.is_open(opening.ends_at - timedelta(seconds=1)) and not hours.is_open(opening.ends_at)
    if opening.starts_at > moment:
        step = (opening.starts_at - moment) / 20
        assert not any(hours.is_open(moment + step * number) for number in range(20))


def test_a_shift_goes_on_past_midnight() -> None:
    night = Hours(MOSCOW, {4: [(time(22), time(6))]})

    assert night.is_open(datetime(2026, 11, 28, 5, 59, tzinfo=MOSCOW))  # Saturday morning
    assert not night.is_open(datetime(2026, 11, 28, 6, tzinfo=MOSCOW))
    assert not night.is_open(datetime(2026, 11, 27, 5, tzinfo=MOSCOW))


def test_from_midnight_to_midnight_is_always_open() -> None:
    always = Hours(MOSCOW, {day: [(time(0), time(0))] for day in range(7)})
    opening = always.opening(datetime(2026, 11, 25, 12, tzinfo=UTC))

    assert opening is not None and opening.ends_at - opening.starts_at > timedelta(days=300)


def test_a_holiday_is_free_unless_the_day_has_hours_of_its_own() -> None:
    day = date(2026, 11, 25)
    noon = datetime(2026, 11, 25, 12, tzinfo=MOSCOW)
    holiday = Hours(MOSCOW, WORKDAYS, holidays={day: "Inventory"})
    short = Hours(MOSCOW, WORKDAYS, {day: SpecialDay(((time(11), time(13)),), "Short day")}, {day: "Inventory"})

    assert not holiday.is_open(noon) and short.is_open(noon)
    opening = holiday.opening(noon)
    assert opening is not None and opening.starts_at == datetime(2026, 11, 26, 9, tzinfo=MOSCOW)


def test_the_clock_goes_by_the_zone_when_summer_time_ends() -> None:
    office = Hours(BERLIN, WORKDAYS)
    before = office.opening(datetime(2026, 10, 23, 17, tzinfo=UTC))  # Friday, after work

    # On Monday it is winter: nine o'clock is 8:00 UTC.
    assert before is not None and before.starts_at == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_a_zone_by_a_stranger_is_a_zone_or_nothing() -> None:
    assert zone_of("Europe/Moscow") == MOSCOW
    assert [zone_of(name) for name in ("", "../../etc/passwd", "Nowhere", "a" * 500, "\0", None, 5)] == [None] * 7


amounts = st.timedeltas(timedelta(minutes=1), timedelta(days=10))


@given(some_hours, moments, amounts)
@settings(max_examples=300, deadline=None)
def test_so_much_work_later_there_is_so_much_work_between(hours: Hours, moment: datetime, work: timedelta) -> None:
    later = hours.after(moment, work)
    assert later >= moment + work
    assert hours.between(moment, later) in (work, timedelta()) or later == moment + work


@given(some_hours, moments, amounts, amounts)
@settings(max_examples=200, deadline=None)
def test_working_time_adds_up(hours: Hours, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    assert hours.between(start, middle) + hours.between(middle, end) == hours.between(start, end)
    assert timedelta() <= hours.between(start, end) <= end - start
    assert hours.between(end, start) == timedelta()


def test_an_hour_before_the_weekend_and_one_after_it() -> None:
    week = {day: [(time(9), time(18))] for day in range(5)}
    hours = Hours(MOSCOW, week, holidays={date(2026, 11, 30): "Day off"})
    friday = datetime(2026, 11, 27, 17, tzinfo=MOSCOW)
    assert hours.after(friday, timedelta(hours=2)) == datetime(2026, 12, 1, 10, tzinfo=MOSCOW)
    assert hours.between(friday, datetime(2026, 12, 1, 10, tzinfo=MOSCOW)) == timedelta(hours=2)


def test_when_nobody_ever_works_all_time_counts() -> None:
    moment = datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert Hours(MOSCOW, {}).after(moment, timedelta(hours=2)) == moment + timedelta(hours=2)
