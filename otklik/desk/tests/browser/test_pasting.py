from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.models import Comment, Employee, File
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser
PASTED = ("A line of a log. " * 60 + "\n") * 5000


def test_a_paste_of_five_megabytes_is_kept_and_goes_as_a_file(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)
    seat.page.locator("#composer-modes").get_by_text("Internal note", exact=True).click()

    seat.text.evaluate("(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }", PASTED)
    expect(seat.page.get_by_text("The text is too long: 5,105,000 of 64,000 characters.")).to_be_visible()
    seat.text.press("Control+Enter")
    expect(seat.page.get_by_role("button", name="Attach the text as a file")).to_be_focused()
    assert faults(seat.page) == []

    seat.open_task(task)
    seat.page.locator("#composer-modes").get_by_text("Internal note", exact=True).click()
    seat.page.wait_for_function(
        "(length) => document.querySelector('[name=text]').value.length === length", arg=len(PASTED)
    )
    seat.page.get_by_role("button", name="Attach the text as a file").click()
    expect(seat.page.locator(".attached__name")).to_have_text("text.txt")
    expect(seat.page.locator(".attached progress")).to_be_hidden()
    seat.write("Her log", "Internal note")
    expect(seat.line("Her log")).to_be_visible()
    [file] = File.objects.filter(comment=Comment.objects.get(text="Her log"))
    assert file.size == len(PASTED)


def test_a_form_that_no_page_takes_keeps_its_text(liza: Writer, pavel: Employee, seats: Seats) -> None:
    liza.says("Hello")
    seat = seats(pavel)
    seat.open("/contacts/new/")
    seat.page.get_by_label("Name", exact=True).fill("Eva")
    # Six bytes a letter in a form.
    seat.page.locator("#contact-notes").evaluate("(box, text) => { box.value = text; }", "Строка журнала.\n" * 35_000)

    seat.page.locator("#contact-notes").evaluate("(box) => box.form.requestSubmit()")

    expect(seat.page.get_by_text("This is too much at once, and nothing was saved.")).to_be_visible()
    expect(seat.page.get_by_label("Name", exact=True)).to_have_value("Eva")
