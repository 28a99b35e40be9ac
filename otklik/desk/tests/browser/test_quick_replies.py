from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.actions import quick_replies as actions
from otklik.desk.models import Comment, Employee, QuickReply
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import PHONE, faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


@pytest.fixture
def delivery(olga: Employee) -> QuickReply:
    actions.make({"question": "When does it arrive?", "text": "Good day!", "group": "Greetings"}, by=olga)
    text = "Dear {{Task.Client.Name}}, tomorrow by 9 p.m."
    return actions.make({"question": "How long does delivery take?", "text": text}, by=olga)


def test_s25_an_asterisk_offers_answers_and_the_draft_stays(
    liza: Writer, pavel: Employee, delivery: QuickReply, seats: Seats
) -> None:
    task = liza.says("When will it be here?")
    seat = seats(pavel)
    page = seat.page
    seat.open_task(task)
    offers = page.locator(".replies__offer:visible")

    seat.text.focus()
    page.keyboard.type("Hello! *")
    expect(offers).to_have_count(2)
    page.keyboard.type("deli how")
    expect(offers).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(seat.text).to_have_value("Hello! Dear Liza, tomorrow by 9 p.m.")
    expect(offers).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(seat.line("Hello! Dear Liza, tomorrow by 9 p.m.")).to_be_visible()
    assert Comment.objects.filter(kind="reply").count() == 1
    page.wait_for_function("performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/use/'))")

    page.keyboard.type("Price * 2")
    expect(offers).to_have_count(0)
    page.keyboard.type(" *")
    expect(offers).to_have_count(2)
    page.keyboard.press("Escape")
    expect(offers).to_have_count(0)
    expect(seat.text).to_have_value("Price * 2 *")


def test_s25_a_phone_has_a_button_for_it(liza: Writer, pavel: Employee, delivery: QuickReply, seats: Seats) -> None:
    task = liza.says("When will it be here?")
    seat = seats(pavel, **PHONE)
    seat.open_task(task)

    seat.page.get_by_role("button", name="Quick replies").click()
    seat.page.get_by_role("option", name="How long").click()
    expect(seat.text).to_have_value("Dear Liza, tomorrow by 9 p.m.")
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(seat.page) == []


def test_the_directory_is_fine_in_light_and_dark(olga: Employee, delivery: QuickReply, seats: Seats) -> None:
    seat = seats(olga)
    for scheme in ("light", "dark"):
        seat.page.emulate_media(color_scheme=scheme)
        for rest in ("", "new/", f"{delivery.pk}/", "import/"):
            seat.page.goto(f"/management/quick-replies/{rest}")
            expect(seat.page.get_by_role("heading", level=1)).to_be_visible()
            assert faults(seat.page) == []
