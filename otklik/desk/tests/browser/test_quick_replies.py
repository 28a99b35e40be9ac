from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import expect

from otklik.desk.actions import quick_replies as actions
from otklik.desk.actions import quick_reply_files
from otklik.desk.actions.quick_reply_files import Given
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


def test_s25_files_of_an_answer_stand_under_the_text_and_go_with_it(
    liza: Writer, pavel: Employee, olga: Employee, delivery: QuickReply, seats: Seats
) -> None:
    given = [Given(name, BytesIO(b"Lamp: 300"), 9) for name in ("prices.txt", "terms.txt")]
    quick_reply_files.change(delivery, add=given, remove=[], by=olga)
    task = liza.says("When will it be here?")
    seat = seats(pavel)
    seat.open_task(task)
    rows = seat.page.locator(".attached__file:visible")

    seat.text.focus()
    seat.page.keyboard.type("*how")
    expect(seat.page.get_by_role("option", name="prices.txt, terms.txt")).to_be_visible()
    assert faults(seat.page) == []
    seat.page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(seat.page.locator(".attached__file input[name=file][value]:not([value=''])")).to_have_count(2)
    rows.filter(has_text="terms.txt").get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(1)
    seat.text.focus()
    seat.page.keyboard.press("Control+Enter")
    expect(seat.line("Dear Liza").get_by_text("prices.txt")).to_be_visible()
    expect(rows).to_have_count(0)
    assert [file["name"] for file in Comment.objects.get(kind="reply").data["files"]] == ["prices.txt"]


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
        for rest in ("", "new/", f"{delivery.pk}/", "import/", "group/?of=Greetings"):
            seat.page.goto(f"/management/quick-replies/{rest}")
            expect(seat.page.get_by_role("heading", level=1)).to_be_visible()
            assert faults(seat.page) == []
