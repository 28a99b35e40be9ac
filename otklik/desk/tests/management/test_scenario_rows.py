"""What the form of a scenario asks of its event and operations, the order of rows, the brake (§11.1, §11.3, §11.4)."""

from __future__ import annotations

import pytest
from django.test import Client

from otklik.desk.models import Comment, Employee, Scenario, ScenarioRun, ScenarioSending
from otklik.desk.scenarios import logic
from otklik.desk.tests.management.test_scenarios import browser, form
from otklik.desk.tests.scenarios.test_engine import built, does, runs
from otklik.desk.tests.scenarios.test_operations import doing
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["browser", "liza", "oleg", "shop_chat"]

NEW = "/management/scenarios/new/"
HOUR = 3600


def test_11_1_a_date_has_an_offset(browser: Client) -> None:
    dated = form(event="date", event_date="due", offset_number=2, offset_unit="hours", offset_side="before")
    page = browser.post(NEW, dated | {"do": "show"})
    assert page.context["options"]["is_before"] and "Last message of the client" in words(page)

    browser.post(NEW, dated)
    scenario = Scenario.objects.get()
    assert scenario.event_options == {"date": "due", "offset": -2 * HOUR}
    shown = browser.get(f"/management/scenarios/{scenario.pk}/")
    assert shown.context["options"]["number"] == 2 and shown.context["options"]["is_before"]

    refused = browser.post(NEW, dated | {"event_date": "client"})
    assert refused.status_code == 422 and "Only a due date and dates of own fields are known before they come" in words(
        refused
    )


def test_11_1_a_changed_field_is_chosen(browser: Client) -> None:
    refused = browser.post(NEW, form(event="field"))
    assert refused.status_code == 422 and "Choose the field" in words(refused)
    browser.post(NEW, form(event="field", event_field="project"))
    assert Scenario.objects.get().event_options == {"field": "project"}


def test_11_4_an_operation_asks_for_its_parts_and_keeps_what_was_typed(browser: Client) -> None:
    asked = {
        "operation-1-kind": "request", "operation-1-method": "POST", "operation-1-value": "example.com",
        "operation-1-body": '{"a": 1}',
    }  # fmt: skip
    page = browser.post(NEW, form(**asked))
    assert page.status_code == 422 and "begins with https://" in words(page)
    typed = [one.text for one in page.context["operations"][0].parts]
    assert typed == ["POST", "example.com", '{"a": 1}', "", "", ""]
    faults = {one.part.key for one in page.context["operations"][0].parts if one.error}
    assert faults == {"value"} and 'aria-describedby="operation-1-value-fault"' in page.content.decode()

    browser.post(NEW, form(**asked | {"operation-1-value": "https://example.com/hook"}))
    [row] = Scenario.objects.get().operations
    sent = {"method": "POST", "value": "https://example.com/hook", "body": '{"a": 1}'}
    assert row == doing("request", **sent, headers="", secrets="", again="")


def test_rows_stand_as_they_were_dragged_and_the_line_follows(browser: Client) -> None:
    rows = {
        f"condition-{number}-{part}": value
        for number, word in enumerate(["one", "two", "three"], start=1)
        for part, value in (("field", "name"), ("operator", "contains"), ("value", word))
    }
    deeds = {f"operation-{number}-kind": kind for number, kind in enumerate(["complete", "note"], start=1)}
    given = form(conditions=3, operations=2, logic="(1 OR 2) AND 3", **rows, **deeds)
    moved = {"condition-order": [3, 1, 2], "operation-order": [2, 1], "do": "show"}

    page = browser.post(NEW, given | moved)

    assert [row.texts[0] for row in page.context["conditions"]] == ["three", "one", "two"]
    assert page.context["values"]["logic"] == "(2 OR 3) AND 1"
    assert [row["kind"] for row in page.context["values"]["operations"]] == ["note", "complete"]
    # A list that makes no sense changes nothing.
    page = browser.post(NEW, given | moved | {"condition-order": [1, 1, 9]})
    assert [row.texts[0] for row in page.context["conditions"]] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("line", "order", "after"),
    [("1 И 2", [2, 1], "2 И 1"), ("(1 OR 3) AND 2", [1, 3, 2], "(1 OR 2) AND 3"), ("7", [1, 2], "7"), ("", [1], "")],
)
def test_a_line_is_renumbered(line: str, order: list[int], after: str) -> None:
    assert logic.renumbered(line, order) == after


def test_a_scenario_is_put_into_another_place(browser: Client, olga: Employee) -> None:
    first, second, third = (built(olga, "left", does("complete"), name=name) for name in ("One", "Two", "Three"))
    browser.post(f"/management/scenarios/{third.pk}/change/", {"do": "place", "at": "0"})
    page = browser.get("/management/scenarios/")
    assert [row.scenario.name for row in page.context["rows"]] == ["Three", "One", "Two"]
    assert list(Scenario.objects.all()) == [third, first, second]


def test_what_the_brake_stopped_is_asked_on_the_page(
    browser: Client, liza: Writer, oleg: Writer, olga: Employee, pavel: Employee
) -> None:
    liza.says("Hello")
    oleg.says("Hello")
    scenario = built(olga, "left", does("complete"), most_per_hour=1)
    liza.leaves()
    oleg.leaves()
    runs()

    for address in ("/management/scenarios/", f"/management/scenarios/{scenario.pk}/"):
        page = words(browser.get(address))
        assert "it ran once within an hour" in page and "1 event waits for you" in page
    told = Comment.objects.get(data__event="scenario_held").task
    assert "is stopped: it ran 1 time within an hour." in words(browser.get(f"/tasks/{told.number}/"))
    assert signed_in(pavel).post(f"/management/scenarios/{scenario.pk}/change/", {"do": "go_on"}).status_code == 404
    browser.post(f"/management/scenarios/{scenario.pk}/change/", {"do": "go_on"})
    runs()

    assert set(ScenarioRun.objects.values_list("state", flat=True)) == {"done"}
    assert "waits for you" not in words(browser.get("/management/scenarios/"))


def test_the_log_shows_what_was_sent_and_answered(browser: Client, liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    scenario = built(olga, "left", doing("request", method="POST", value="https://example.com/hook"))
    liza.leaves()
    runs()
    log = f"/management/scenarios/{scenario.pk}/log/"

    assert "POST https://example.com: waits in its queue" in words(browser.get(log))
    ScenarioSending.objects.update(state="failed", status=500, answer="<b>No</b>")
    page = browser.get(log)
    assert "not delivered (500)" in words(page) and "&lt;b&gt;No&lt;/b&gt;" in page.content.decode()
