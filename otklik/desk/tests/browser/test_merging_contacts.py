from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.models import Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_s20_two_cards_become_one_and_come_apart_again(
    liza: Writer, oleg: Writer, pavel: Employee, alice: Employee, seats: Seats
) -> None:
    one = liza.says("Hello from my PC", email="liza@example.com").contact
    other = oleg.says("Hello from my phone", email="oleg@example.com").contact
    assert one and other
    seat, colleague = seats(pavel), seats(alice)
    colleague.open(f"/contacts/{one.number}/")

    seat.open("/contacts/")
    seat.page.get_by_label("Choose Liza").check()
    seat.page.get_by_label("Choose Oleg").check()
    seat.page.get_by_role("button", name="Merge the chosen ones…").click()
    seat.page.get_by_role("radio", name="Liza").check()
    seat.page.get_by_label("Name on the card").select_option("Oleg")
    seat.page.get_by_role("button", name="Merge", exact=True).click()

    for page in (seat.page, colleague.page):
        expect(page.get_by_role("heading", name="Oleg", exact=True)).to_be_visible()
        expect(page.locator("#contact-data")).to_contain_text("oleg@example.com")
        expect(page.locator("#contact-feed")).to_contain_text("Hello from my phone")

    seat.page.get_by_role("button", name="Undo the merge").click()

    for page in (seat.page, colleague.page):
        expect(page.get_by_role("heading", name="Liza", exact=True)).to_be_visible()
        expect(page.locator("#contact-data")).not_to_contain_text("oleg@example.com")
        expect(page.locator("#contact-feed")).not_to_contain_text("Hello from my phone")
