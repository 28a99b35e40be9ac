"""Ready-made scenarios (contracts/planfix-behaviour.md §11.5, the reference set; anchors S17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.desk.actions import comments, company, scenarios, tasks
from otklik.desk.models import Employee, Scenario, Status
from otklik.desk.scenarios import engine, shipped
from otklik.desk.tests.scenarios.test_engine import now, runs, status_of
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.people import first_admin

__all__ = ["liza", "shop_chat"]


@pytest.fixture
def browser(olga: Employee) -> Client:
    return signed_in(olga)


def test_11_5_who_answered_waits_for_the_client_and_his_answer_brings_it_back(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    shipped.add(shipped.left(), by=olga)
    for scenario in Scenario.objects.filter(key__in=["answered", "wrote_again"]):
        scenarios.switch(scenario, on=True, by=olga)
    task = liza.says("Hello")
    tasks.accept(task, by=pavel)
    comments.add(task, by=pavel, text="Which order?", kind="reply")
    runs()
    assert now(task) == "waiting" and status_of("waiting").is_active

    assert liza.says("The red one") == task
    runs()
    assert now(task) == "in_progress"
    comments.add(task, by=pavel, text="She means 17", kind="note")
    runs()
    assert now(task) == "in_progress"


@pytest.mark.django_db
def test_6_the_status_stands_behind_in_progress() -> None:
    keys = list(Status.objects.filter(set__key="standard").order_by("place").values_list("key", flat=True))
    assert keys[keys.index("in_progress") + 1] == "waiting"


def test_a_set_with_its_own_name_for_waiting_serves_as_well(olga: Employee) -> None:
    Status.objects.filter(key="waiting").update(key="", own_name="Waiting for the client")
    with override("en"):
        [row] = [one for one in shipped.left() if one["key"] == "answered"]
    assert row["operations"][0]["value"] == str(Status.objects.get(own_name="Waiting for the client").pk)
    Status.objects.filter(own_name="Waiting for the client").delete()
    assert "answered" not in [one["key"] for one in shipped.left()]


def test_another_language_or_name_makes_no_doubles(olga: Employee) -> None:
    shipped.add(shipped.left(), by=olga)
    Scenario.objects.filter(key="left").update(name="Mine now")

    with override("ru"):
        assert shipped.left() == [] == shipped.deleted()


def test_a_deleted_one_comes_back_only_when_it_is_asked_for(browser: Client, olga: Employee) -> None:
    browser.post("/management/scenarios/ready-made/")
    scenarios.delete(Scenario.objects.get(key="command"), by=olga)
    Scenario.everything.update(deleted_at=timezone.now() - timedelta(days=100))
    Scenario.everything.exclude(key="command").update(deleted_at=None)
    engine.sweep()

    browser.post("/management/scenarios/ready-made/")
    assert not Scenario.objects.filter(key="command").exists()
    assert "Bring back ready-made ones" in words(browser.get("/management/scenarios/"))
    browser.post("/management/scenarios/ready-made/", {"do": "deleted"})
    assert Scenario.objects.filter(key="command").count() == 1
    assert "Bring back ready-made ones" not in words(browser.get("/management/scenarios/"))


@pytest.mark.django_db
def test_a_new_account_has_them_switched_off_with_the_seeds_first(client: Client) -> None:
    given = {"name": "Olga", "email": "olga@example.com", "password": "correct-horse-77"}
    answer = client.post(f"/setup/{first_admin.token()}/", given)

    assert answer.status_code == 302, answer.content.decode()
    rows = list(Scenario.objects.all())
    assert rows[0].key == "left" and not any(one.is_on for one in rows) and len(rows) == 9
    with override(company.language()):
        assert rows[0].name == _("The client left: complete the task")
