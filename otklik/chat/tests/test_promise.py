from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.chat import promise
from otklik.chat.actions import agents, hours
from otklik.chat.models import Agent, Conversation, Site
from otklik.chat.tests.keyholder import Desk
from otklik.chat.tests.opened import Visiting
from otklik.people.models import User
from otklik.people.tests.weeks import NEVER

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=MOSCOW)
EVENING = datetime(2026, 11, 25, 20, tzinfo=MOSCOW)


def work(site: Site, by: User, week: dict[str, list[list[str]]] = OFFICE) -> None:
    hours.change(site, is_used=True, timezone="Europe/Moscow", week=week, special={}, by=by)


def test_s22_without_hours_no_time_is_promised(shop: Site, olga: User) -> None:
    assert promise.of(shop).is_online
    hours.set_own_presence(olga, "offline")
    promised = promise.of(shop)

    assert not promised.is_online and promised.opens_at is None and promised.agents == ()


def test_s22_who_follows_the_hours_is_online_in_them(shop: Site, olga: User) -> None:
    work(shop, olga)

    assert [agent.name for agent in promise.of(shop, WEDNESDAY).agents] == ["Olga"]
    evening = promise.of(shop, EVENING)
    assert not evening.is_online and evening.opens_at == datetime(2026, 11, 26, 9, tzinfo=MOSCOW)


def test_s22_by_hand_goes_before_the_hours(shop: Site, olga: User) -> None:
    work(shop, olga)
    hours.set_own_presence(olga, "online")
    assert promise.of(shop, EVENING).is_online

    hours.set_own_presence(olga, "invisible")
    promised = promise.of(shop, WEDNESDAY)
    assert not promised.is_online and promised.agents == ()
    # The hours bring nobody who goes by hand.
    assert promise.of(shop, EVENING).opens_at is None


@pytest.mark.parametrize(
    ("zone", "kind", "values"),
    [
        ("Europe/Moscow", "opensTomorrow", {"time": "09:00"}),
        ("America/New_York", "opensTomorrow", {"time": "01:00"}),
        # There Thursday has begun already.
        ("Asia/Vladivostok", "opensToday", {"time": "16:00"}),
    ],
)
def test_s22_the_opening_is_told_by_the_visitors_own_clock(zone: str, kind: str, values: dict[str, str]) -> None:
    opens_at = datetime(2026, 11, 26, 9, tzinfo=MOSCOW)

    assert promise.in_words(opens_at, EVENING, ZoneInfo(zone), "en") == (kind, values)


def test_s22_a_later_day_is_told_with_its_name_in_the_visitors_language() -> None:
    opens_at = datetime(2026, 11, 30, 9, tzinfo=MOSCOW)

    _kind, values = promise.in_words(opens_at, EVENING, MOSCOW, "ru")
    assert (values["date"], values["weekday"].lower(), values["time"]) == ("30 ноября", "понедельник", "09:00")
    assert promise.in_words(opens_at, EVENING, MOSCOW, "en")[1]["date"] == "30 November"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.sampled_from(["Pacific/Kiritimati", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]),
)
def test_today_and_tomorrow_are_true_words(now: datetime, ahead: timedelta, zone: str) -> None:
    visitors = ZoneInfo(zone)
    kind, _values = promise.in_words(now + ahead, now, visitors, "en")
    days = (now + ahead).astimezone(visitors).date() - now.astimezone(visitors).date()

    assert kind == {0: "opensToday", 1: "opensTomorrow"}.get(days.days, "opensOn")


def test_s22_a_message_is_always_taken(liza: Visiting, shop: Site, olga: User) -> None:
    work(shop, olga, NEVER)
    answer = liza.call("hello", timezone="Europe/Moscow")["promise"]
    assert (answer["isOnline"], answer["kind"], answer["agents"]) == (False, "away", [])

    assert liza.say("Is anybody there?")["text"] == "Is anybody there?"
    assert Conversation.objects.get().is_open


def test_s22_open_chats_hear_of_a_change_at_once(liza: Visiting, shop: Site, olga: User) -> None:
    liza.say("Hello")
    assert liza.call("promise")["isOnline"]
    with liza.hearing_of("promise") as heard:
        hours.set_own_presence(olga, "offline")
        next(heard)
    assert not liza.call("promise")["isOnline"]


def test_s22_an_open_console_changes_nothing(shop: Site, olga: User) -> None:
    hours.set_own_presence(olga, "offline")
    browser = Client()
    browser.force_login(olga)
    browser.cookies["otklik_chat"] = browser.cookies["otklik_session"].value
    assert browser.get("/chat/").status_code == 200
    assert not promise.of(shop).is_online


def test_a_zone_that_is_none_is_told_in_utc(liza: Visiting, shop: Site, olga: User) -> None:
    now = timezone.now()
    soon = now + timedelta(hours=30)
    work(shop, olga, {str(soon.astimezone(MOSCOW).weekday()): [[f"{soon.astimezone(MOSCOW):%H:%M}", "00:00"]]})
    answer = liza.call("hello", timezone="../../etc/passwd")["promise"]

    assert answer["values"]["time"] == f"{soon:%H:%M}" and answer["changesIn"] > 0


def test_the_api_tells_what_presence_comes_to(desk: Desk, shop: Site, olga: User) -> None:
    work(shop, olga, NEVER)
    pavel = agents.find_or_make(shop, email="pavel@example.com", name="Pavel")
    Agent.objects.filter(pk=pavel.pk).update(presence="online")
    _status, answer = desk.ask("GET", "/agents/")

    found = {agent["name"]: agent["status"] for agent in answer["agents"]}
    assert found == {"Olga": "offline", "Pavel": "online"}
