from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.models import Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import PHONE, faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_search_and_switcher_by_keyboard_alone(liza: Writer, oleg: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Do you sell purple lanterns?")
    oleg.says("Hello")
    seat = seats(pavel)
    page = seat.page
    seat.open("/tasks/")

    page.keyboard.press("/")
    page.keyboard.type("lantern purple")
    page.keyboard.press("Enter")
    expect(page.locator(".found__hit mark").first).to_have_text("purple")
    assert faults(page) == []

    page.keyboard.press("Control+k")
    page.keyboard.type("liz")
    expect(page.locator(".quick__list a")).to_have_count(2)
    assert faults(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tasks/{task.number}/")

    phone = seats(pavel, **PHONE)
    phone.open("/")
    phone.page.keyboard.press("/")
    phone.page.wait_for_url("**/search/")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
