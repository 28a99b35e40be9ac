from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from otklik.desk.actions import comments, notices
from otklik.desk.models import Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_8_1_a_note_is_quoted_to_colleagues_only(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Is it dear?")
    comments.add(task, by=pavel, text="She pays late.\nAsk first.", kind="note")
    comments.add(task, by=pavel, text="Not at all.", kind="reply")
    seat = seats(pavel)
    seat.open_task(task)

    seat.line("Is it dear?").get_by_role("button", name="Quote").click()
    expect(seat.text).to_have_value("> Is it dear?\n")
    seat.page.keyboard.type("300")
    seat.line("She pays late.").get_by_role("button", name="Quote").click()
    expect(seat.page.get_by_label("Internal note")).to_be_checked()
    expect(seat.text).to_have_value("> She pays late.\n> Ask first.\n")
    seat.page.locator("#composer-modes").get_by_text("Reply to the client", exact=True).click()
    expect(seat.text).to_have_value("> Is it dear?\n300")


def test_8_2_a_linked_comment_far_back_is_green_and_the_present_one_step_away(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = liza.says(*[f"Line {number}." for number in range(1, 121)])
    notices.read(task, by=pavel)
    seat = seats(pavel)
    seat.open(f"/tasks/{task.number}/?at=30#comment-30")
    line = seat.page.locator("#comment-30")
    expect(line).to_be_in_viewport()
    assert line.evaluate("(line) => line.matches(':target')")
    expect(seat.page.locator("#comment-120")).to_have_count(0)
    assert faults(seat.page) == []

    seat.page.get_by_role("button", name="Show later").click()
    expect(seat.page.locator("#comment-90")).to_be_attached()
    seat.write("All of it is read.")
    seat.page.get_by_role("button", name="Send all the same").click()
    # His own words are seen at once, behind all that was written before.
    expect(seat.page).to_have_url(re.compile(rf"/tasks/{task.number}/$"))
    expect(seat.line("All of it is read.")).to_be_in_viewport()


def test_8_2_a_pinned_comment_is_seen_by_colleagues_at_once(
    liza: Writer, pavel: Employee, alice: Employee, seats: Seats
) -> None:
    task = liza.says("Hello", "My order is 1812.")
    mine, hers = seats(pavel), seats(alice)
    for seat in (mine, hers):
        seat.open_task(task)

    mine.line("My order is 1812.").get_by_role("button", name="Pin").click()
    for seat in (mine, hers):
        above = seat.page.get_by_role("region", name="Pinned comments")
        expect(above.get_by_role("link")).to_contain_text("My order is 1812.")
        expect(seat.line("My order is 1812.").get_by_role("button", name="Pin")).to_have_attribute(
            "aria-pressed", "true"
        )
    assert faults(hers.page) == []

    hers.page.get_by_role("button", name="Take off").click()
    expect(mine.page.get_by_role("region", name="Pinned comments")).to_have_count(0)


def test_an_at_sign_offers_colleagues_in_a_note_only(
    liza: Writer, pavel: Employee, boris: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    page = seat.page
    seat.open_task(task)
    offers = page.locator("#colleague-offers [role=option]:visible")

    page.locator("#composer-modes").get_by_text("Internal note", exact=True).click()
    seat.text.focus()
    page.keyboard.type("Ask @bo")
    expect(offers).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(seat.text).to_have_value("Ask @Boris ")
    expect(offers).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(seat.line("Ask @Boris")).to_be_visible()
    expect(page.locator("#feed")).to_contain_text("Takes part: Boris")

    page.locator("#composer-modes").get_by_text("Reply to the client", exact=True).click()
    seat.text.focus()
    page.keyboard.type("@bo")
    expect(seat.text).to_have_value("@bo")
    expect(offers).to_have_count(0)


def test_8_2_what_stands_in_the_composer_is_sent_later(
    liza: Writer, pavel: Employee, alice: Employee, seats: Seats
) -> None:
    task = liza.says("Is it there?")
    mine, hers = seats(pavel), seats(alice)
    for seat in (mine, hers):
        seat.open_task(task)
    mine.page.locator(".mode--reply").click()
    mine.text.fill("It comes on Monday.")
    mine.page.get_by_role("button", name="Send later").click()
    dialog = mine.page.get_by_role("dialog")
    expect(dialog.get_by_label("Text")).to_have_value("It comes on Monday.")
    assert faults(mine.page) == []
    dialog.get_by_role("button", name="Send later").click()

    expect(dialog).to_have_count(0)
    expect(mine.text).to_have_value("")
    for seat in (mine, hers):
        waiting = seat.page.get_by_role("region", name="To be written later")
        expect(waiting).to_contain_text("It comes on Monday.")
    expect(hers.page.get_by_role("button", name="Send now")).to_have_count(0)
    assert faults(mine.page) == []
    mine.page.get_by_role("button", name="Send now").click()
    expect(hers.line("It comes on Monday.")).to_be_visible()
    expect(mine.page.get_by_role("region", name="To be written later")).to_have_count(0)


def test_8_2_what_waits_to_be_sent_later_is_seen_at_once(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says(*[f"Line {number}." for number in range(1, 31)])
    notices.read(task, by=pavel)
    seat = seats(pavel)
    seat.open_task(task)
    seat.text.fill("You will have an answer tomorrow.")

    seat.page.get_by_role("button", name="Send later").click()
    seat.page.get_by_role("dialog").get_by_role("button", name="Send later").click()

    expect(seat.page.locator("#delayed").get_by_text("You will have an answer tomorrow.")).to_be_in_viewport()
    expect(seat.page.get_by_role("button", name="Send now")).to_be_in_viewport()
    assert faults(seat.page) == []


def test_8_2_the_task_into_which_a_comment_goes_is_searched_for(
    liza: Writer, oleg: Writer, pavel: Employee, seats: Seats
) -> None:
    task, into = liza.says("Hello", "By the way: an invoice, please."), oleg.says("Good day")
    seat = seats(pavel)
    seat.open_task(task)
    seat.line("By the way").hover()
    seat.line("By the way").get_by_role("link", name="Move, or make a task of it").click()
    dialog = seat.page.get_by_role("dialog")
    expect(dialog.get_by_role("radio")).to_have_count(1)

    # More than once: what was found stands in the same place.
    for words, found in (("nobody", 0), ("Oleg", 1)):
        dialog.get_by_label("Move it into the task").fill(words)
        expect(dialog.get_by_role("radio")).to_have_count(found)
    assert faults(seat.page) == []
    dialog.get_by_role("radio").check()
    dialog.get_by_role("button", name="Move", exact=True).click()

    expect(seat.page.locator("h1")).to_have_text(into.name)
    expect(seat.line("By the way")).to_contain_text(f"from № {task.number}")
