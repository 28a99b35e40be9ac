from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.migrations import RunSQL
from django.test import Client

from otklik.chat.actions import agents, hours, sites
from otklik.chat.models import Agent, Site, SiteHours
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.people.models import User
from otklik.people.tests.test_holidays import NEW_YEAR, ics

WEEK = {"day0_0_from": "09:00", "day0_0_to": "13:00", "day0_1_from": "14:00", "day0_1_to": "18:00"}
NIGHT = {"day4_0_from": "22:00", "day4_0_to": "06:00"}
MARCH = {"special0_date": "2027-03-08", "special0_name": "Short day", "special0_from": "10:00", "special0_to": "12:00"}


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def save(browser: Client, site: Site, **changed: Any) -> Any:
    given = {"is_used": "on", "timezone": "Europe/Moscow"} | changed
    return browser.post(page_of(site, "hours/"), given)


def test_s22_hours_are_entered_as_a_grid(browser: Client, shop: Site) -> None:
    assert save(browser, shop, **WEEK, **NIGHT, **MARCH).status_code == 302

    calendar = SiteHours.objects.get(site=shop, is_used=True).calendar
    assert calendar.week == {"0": [["09:00", "13:00"], ["14:00", "18:00"]], "4": [["22:00", "06:00"]]}
    assert calendar.special == {"2027-03-08": {"name": "Short day", "shifts": [["10:00", "12:00"]]}}
    page = text(browser, page_of(shop, "hours/"))
    assert 'value="14:00"' in page and "09:00–13:00, 14:00–18:00" in page and 'value="Short day"' in page


def test_what_is_half_given_is_marked_and_stays(browser: Client, shop: Site) -> None:
    response = save(browser, shop, day2_0_from="10:00", special0_date="", special0_name="Inventory")

    page = response.content.decode()
    assert response.status_code == 422 and "Give both: from and to." in page and "Give the date." in page
    assert 'value="10:00"' in page and 'value="Inventory"' in page
    assert not SiteHours.objects.exists()


def test_hours_without_a_shift_are_a_slip(browser: Client, shop: Site) -> None:
    response = save(browser, shop)
    assert response.status_code == 422 and "Give at least one shift" in response.content.decode()

    assert save(browser, shop, **MARCH).status_code == 302
    assert save(browser, shop, is_used="").status_code == 302


def test_holidays_come_from_a_file_and_go_again(browser: Client, shop: Site) -> None:
    save(browser, shop, **WEEK, holidays_file=SimpleUploadedFile("ru.ics", ics(NEW_YEAR)))
    assert "New Year" in SiteHours.objects.get().calendar.holidays.values()

    refused = save(browser, shop, **NIGHT, holidays_file=SimpleUploadedFile("ru.ics", b"<html>"))
    assert refused.status_code == 422 and "no calendar file" in refused.content.decode()
    assert "New Year" in SiteHours.objects.get().calendar.holidays.values()
    assert "0" in SiteHours.objects.get().calendar.week

    save(browser, shop, **WEEK, no_holidays="on")
    assert SiteHours.objects.get().calendar.holidays == {}


def test_s22_a_person_says_himself_whether_he_is_there(browser: Client, shop: Site) -> None:
    assert "I am online" in text(browser, "/chat/sites/")

    response = browser.post("/chat/presence/", {"presence": "offline", "next": "//evil.example/"})
    assert response.status_code == 302 and response["Location"] == "/chat/"
    assert Agent.objects.get(site=shop).presence == "offline" and "I am offline" in text(browser, "/chat/sites/")

    browser.post("/chat/presence/", {"presence": "asleep"})
    assert Agent.objects.get(site=shop).presence == "offline"


def test_hours_of_another_persons_site_are_not_there(pavel: User, shop: Site) -> None:
    assert save(signed_in(pavel), shop, **WEEK).status_code == 404
    assert not SiteHours.objects.exists()


def test_a_copy_of_a_site_has_hours_of_its_own(shop: Site, olga: User) -> None:
    hours.change(shop, is_used=True, timezone="Asia/Omsk", week={"0": [["09:00", "18:00"]]}, special={}, by=olga)
    other = sites.copy(shop, "Second shop", hosts=[], by=olga)
    hours.change(shop, is_used=True, timezone="Europe/Moscow", week={}, special={}, by=olga)

    assert hours.stored(other).calendar.timezone == "Asia/Omsk"


def test_an_upgrade_keeps_what_was_chosen_by_hand(shop: Site, olga: User) -> None:
    by_default = agents.find_or_make(shop, email="pavel@example.com", name="Pavel")
    by_hand = agents.be(shop.agents.get(user=olga), "online", by=olga)
    away = agents.be(agents.find_or_make(shop, email="alice@example.com", name="Alice"), "offline", by=olga)
    Agent.objects.filter(pk=by_default.pk).update(presence="online")
    migration = importlib.import_module("otklik.chat.migrations.0015_hours").Migration
    [step] = [operation for operation in migration.operations if isinstance(operation, RunSQL)]
    with connection.cursor() as cursor:
        cursor.execute(str(step.sql))

    found = {agent.pk: agent.presence for agent in Agent.objects.all()}
    assert found == {by_default.pk: "calendar", by_hand.pk: "online", away.pk: "offline"}
