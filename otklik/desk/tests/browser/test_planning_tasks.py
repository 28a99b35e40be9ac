from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.models import Employee, Task
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import PHONE, faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_a_task_is_made_planned_merged_and_taken_apart(liza: Writer, olga: Employee, seats: Seats) -> None:
    chat = liza.says("Where is my microphone?")
    seat = seats(olga)
    page = seat.page
    seat.open("/tasks/")
    page.get_by_role("link", name="New task").click()
    assert faults(page) == []
    page.get_by_label("Name").fill("Ask the carrier")
    page.get_by_label("Client").fill("Liza")
    page.get_by_role("button", name="Create the task").click()
    expect(page.locator("h1")).to_have_text("Ask the carrier")
    task = Task.objects.get(name="Ask the carrier")

    def choose(name: str, heading: str = "h1", title: str = "") -> None:
        seat.open_task(task)
        page.locator(".task__menu summary").click()
        page.locator(".task__menu").get_by_role("link", name=name).click()
        expect(page.locator(heading)).to_contain_text(title or name)
        assert faults(page) == []

    choose("Due date and reminders", "#correction-title", "Due date: Ask the carrier")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Day").fill("2020-05-04")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#task-header .due--over")).to_have_text("Overdue: 4 May 2020")

    choose("Checklist")
    page.get_by_label("New items").fill("Find the number\nCall")
    page.get_by_role("button", name="Add").click()
    seat.open_task(task)
    page.get_by_role("checkbox", name="Find the number").click()
    expect(page.get_by_role("checkbox", name="Find the number")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Find the number")).to_be_focused()
    expect(page.locator("#task-side")).to_contain_text("1/2")

    choose("Subtasks")
    page.get_by_role("link", name="New subtask").click()
    page.get_by_label("Name").fill("Look for the receipt")
    page.get_by_role("button", name="Create the task").click()
    expect(page.locator("#task-header")).to_contain_text("Ask the carrier")

    choose("Merge tasks")
    page.get_by_label("The task that stays").fill(str(chat.number))
    page.get_by_role("button", name="Next step").click()
    expect(page.locator("#content")).to_contain_text("The way of replies does not change.")
    assert faults(page) == []
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("h1")).to_have_text("Liza (Chatra)")
    expect(page.locator("#task-side")).to_contain_text("Look for the receipt")
    assert faults(page) == []

    page.goto(f"/tasks/{chat.number}/merging/")
    page.get_by_role("button", name="Take apart").click()
    expect(page.locator("h1")).to_have_text("Ask the carrier")
    choose("History and reasons")
    expect(page.locator("#content")).to_contain_text("Separate again from")


def test_plans_fit_a_phone(olga: Employee, liza: Writer, seats: Seats) -> None:
    task = liza.says("Hello")
    page = seats(olga, **PHONE).page
    for address in (
        "new/",
        *(f"{task.number}/{more}" for more in ("", "times/", "checklist/", "subtasks/", "history/")),
    ):
        page.goto(f"/tasks/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
