from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from otklik.desk.actions import scenarios
from otklik.desk.models import Employee, Scenario, Task
from otklik.desk.scenarios import speaking
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults
from otklik.desk.tests.scenarios.test_engine import built, does, runs
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_s17_the_seeds_scenario_is_built_by_hand_and_completes_a_left_chat(
    liza: Writer, olga: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    seat = seats(olga)
    page = seat.page
    seat.page.goto("/management/scenarios/new/")
    page.get_by_label("Name", exact=True).fill("The client left")
    page.get_by_role("button", name="Add a parameter").click()
    page.get_by_label("How it is compared").select_option("≠")
    page.locator(".people__choice summary").click()
    page.get_by_label("Completed").check()
    page.get_by_role("button", name="Add an operation").click()
    page.get_by_label("What is done").nth(1).select_option("Send an HTTP request")
    page.get_by_role("button", name="Delete operation 2").click()
    expect(page.get_by_label("What is done")).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="The client left", exact=True)).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".scenario-row", has_text="The client left")).to_contain_text("on")

    liza.leaves()
    runs()

    assert Task.objects.get(pk=task.pk).status.key == "completed"


def test_what_is_ticked_and_chosen_while_the_form_is_drawn_anew_stays(olga: Employee, seats: Seats) -> None:
    page = seats(olga).page
    page.goto("/management/scenarios/new/")
    page.get_by_role("button", name="Add a parameter").click()
    expect(page.get_by_label("How it is compared")).to_have_count(1)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/management/scenarios/new/", hold)
    page.get_by_role("button", name="Add another parameter").click()

    page.locator(".people__choice summary").click()
    page.get_by_label("Completed").check()
    page.get_by_label("Name", exact=True).fill("The client left")
    page.get_by_label("In whose name").select_option(speaking.ROBOT)
    [request] = held
    request.continue_()

    expect(page.get_by_label("How it is compared")).to_have_count(2)
    expect(page.get_by_label("Completed").first).to_be_checked()
    expect(page.get_by_label("Name", exact=True)).to_have_value("The client left")
    expect(page.get_by_label("In whose name")).to_have_value(speaking.ROBOT)


def test_a_scenario_is_dragged_to_another_place(olga: Employee, seats: Seats) -> None:
    for name in ("One", "Two", "Three"):
        built(olga, "left", does("complete"), name=name)
    page = seats(olga).page
    page.goto("/management/scenarios/")

    handles = page.locator("[data-handle]")
    with page.expect_navigation():
        handles.nth(2).drag_to(page.locator(".scenario-row").nth(0), target_position={"x": 40, "y": 4})

    expect(page.locator(".scenario-row h2").first).to_contain_text("Three")
    assert [one.name for one in Scenario.objects.all()] == ["Three", "One", "Two"]


def test_axe_finds_nothing_on_a_scenario_that_does_everything(olga: Employee, seats: Seats) -> None:
    operations = [
        does("note", "Seen"),
        {"kind": "request", "method": "POST", "value": "https://example.com/hook", "body": "{}"},
        {"kind": "mail", "value": "{{Task.Client.E-mail}}", "subject": "Hello", "body": "Dear client"},
        {"kind": "task", "value": "Report"},
    ]
    values = {
        "name": "All", "event": "date", "event_options": {"date": "due", "offset": -3600},
        "conditions": [{"field": "age", "operator": "more", "values": ["3"]}], "operations": operations,
    }  # fmt: skip
    scenario = scenarios.make(values, by=olga)
    page = seats(olga).page
    for address in (f"/management/scenarios/{scenario.pk}/", f"/management/scenarios/{scenario.pk}/log/"):
        page.goto(address)
        assert faults(page) == []
    phone = seats(olga, viewport={"width": 390, "height": 844}).page
    phone.goto(f"/management/scenarios/{scenario.pk}/")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_s17_a_fault_far_below_is_where_the_form_comes_back(olga: Employee, seats: Seats) -> None:
    operations = [does("note", f"Number {number}") for number in range(6)]
    values = {"name": "Six notes", "event": "left", "operations": operations}
    page = seats(olga).page
    page.goto(f"/management/scenarios/{scenarios.make(values, by=olga).pk}/")
    page.get_by_label("Text", exact=True).nth(5).fill("")

    page.get_by_role("button", name="Save", exact=True).click()

    fault = page.get_by_role("alert").filter(has_text="this is needed")
    expect(fault).to_be_in_viewport()
    assert page.evaluate("document.activeElement.closest('li').querySelector('.error').textContent") == (
        fault.text_content()
    )


def test_11_3_a_timer_is_in_sight_where_a_long_talk_opens(liza: Writer, olga: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    for number in range(20):
        liza.says(f"Line {number}")
    built(olga, "left", does("complete"), name="Bye", delay=3 * 3600)
    liza.leaves()
    runs()
    page = seats(olga).page
    page.goto(f"/tasks/{task.number}/")

    timer = page.locator(".waits", has_text="“Bye”: in")
    expect(timer).to_be_in_viewport(ratio=1)
    timer.get_by_role("button", name="Do not do it").click()
    expect(timer).to_have_count(0)
