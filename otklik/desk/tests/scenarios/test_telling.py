"""The log keeps what was asked, found and done as it was then (field note 21)."""

from __future__ import annotations

from typing import Any

from django.test import Client

from otklik.desk.actions import comments, scenarios
from otklik.desk.models import Employee, Scenario, ScenarioEdition, ScenarioRun, Status
from otklik.desk.scenarios import engine
from otklik.desk.tests.management.test_scenarios import browser
from otklik.desk.tests.scenarios.target import Target
from otklik.desk.tests.scenarios.test_engine import asks, built, does, runs, states, status_of
from otklik.desk.tests.scenarios.test_sending import request_to, sends, target
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["browser", "liza", "oleg", "shop_chat", "target"]

LIST = "/management/scenarios/"


def test_the_log_tells_conditions_and_operations_as_they_were(
    liza: Writer, oleg: Writer, olga: Employee, browser: Client
) -> None:
    liza.says("Hello")
    rows = [asks("status", "is", status_of("new").pk), asks("age", "more", 1), asks("name", "contains", "li")]
    deeds = [does("note", "Bye, {{Task.Client.Name}}"), does("status", status_of("done").pk)]
    scenario = built(olga, "left", *deeds, conditions=rows, logic="1 AND 3")
    liza.leaves()
    runs()
    values = scenarios.values_of(scenario)
    changed = values | {"conditions": [asks("name", "is", "Nobody")], "logic": "", "operations": [does("complete")]}
    scenarios.change(scenario, changed, seen=values, by=olga)
    Status.objects.filter(key="done").update(own_name="Ready")
    oleg.says("Hello")
    oleg.leaves()
    runs()

    log = words(browser.get(f"{LIST}{scenario.pk}/log/"))
    assert "1 holds Status = New (it was: New)" in log
    assert "2 does not hold Hours since the task was made > 1 (it was: 0.0)" in log
    assert "3 holds Name of the task contains li (it was: Liza (Chatra))" in log
    assert "Add an internal note: Bye, Liza" in log and "Set the status:" in log
    assert "1 does not hold Name of the task = Nobody (it was: Oleg (Chatra))" in log
    # One set of words for each change, not for each look.
    assert ScenarioEdition.objects.count() == 2
    russian = words(signed_in(olga, "ru").get(f"{LIST}{scenario.pk}/log/"))
    assert "Название задачи содержит li" in russian


def test_8_2_the_text_of_a_hidden_note_is_asked_for_and_not_kept(
    liza: Writer, olga: Employee, pavel: Employee, browser: Client
) -> None:
    task = liza.says("Hello")
    scenario = built(olga, "comment", does("name", "It"), conditions=[asks("comment", "contains", "us")])
    comments.add(task, by=olga, text="Between us", kind="note", is_hidden=True, notified=[pavel.pk])
    comments.add(task, by=olga, text="All of us", kind="note")
    runs()

    assert list(scenario.runs.order_by("pk").values_list("state", "found")) == [
        ("done", {"1": None}),
        ("done", {"1": "All of us"}),
    ]
    log = words(browser.get(f"{LIST}{scenario.pk}/log/"))
    assert "(it was: All of us)" in log and "Between us" not in log


def test_what_was_refused_says_why_beside_what_it_was(liza: Writer, olga: Employee, browser: Client) -> None:
    liza.says("Hello")
    scenario = built(olga, "left", does("name", "{{Task.Nothing}}"), does("complete"))
    liza.leaves()
    runs()
    assert "Rename the task" in words(browser.get(f"{LIST}{scenario.pk}/log/"))
    [run] = scenario.runs.all()
    assert [deed["kind"] for deed in run.deeds] == ["name", "complete"]


def test_a_deleted_scenario_leaves_its_log(liza: Writer, oleg: Writer, olga: Employee, browser: Client) -> None:
    liza.says("Hello")
    oleg.says("Hello")
    scenario = built(olga, "left", does("note", "Bye"), name="Say good bye")
    late = built(olga, "left", does("complete"), delay=3600)
    liza.leaves()
    runs()
    scenarios.delete(scenario, by=olga)
    scenarios.delete(late, by=olga)
    oleg.leaves()
    runs()

    assert states(scenario) == ["done"] and states(late) == ["cancelled"]
    assert not Scenario.objects.exists()
    page = words(browser.get(LIST))
    assert "Logs of deleted scenarios" in page and "Say good bye" in page
    assert "Add an internal note: Bye" in words(browser.get(f"{LIST}{scenario.pk}/log/"))
    assert browser.get(f"{LIST}{scenario.pk}/").status_code == 404
    assert browser.post(f"{LIST}{scenario.pk}/change/", {"do": "on"}).status_code == 404
    # It goes when logs of its age do.
    Scenario.everything.update(deleted_at="2020-01-01T00:00Z")
    engine.sweep()
    assert not ScenarioRun.objects.exists() and not Scenario.everything.exists()


def test_11_5_rule_9_the_log_says_in_words_why_something_did_not_go_out(
    target: Target, liza: Writer, olga: Employee, browser: Client, settings: Any
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = "", "django.core.mail.backends.smtp.EmailBackend"
    target.status = 302
    liza.says("Hello")
    letter = {"kind": "mail", "value": "liza@example.com", "subject": "Hello", "body": "Dear Liza"}
    scenario = built(olga, "left", request_to(target, "/?who={{Task.Client.Name}} и все"), letter)
    liza.leaves()
    runs()
    sends()

    log = words(browser.get(f"{LIST}{scenario.pk}/log/"))
    assert "(302)" in log and "It leads to another address, and that is not followed." in log
    assert "No mail server is set up. The operator does it" in log and "и все" in log
