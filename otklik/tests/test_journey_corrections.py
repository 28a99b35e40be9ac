"""What an employee says is changed, withdrawn and taken back before the eyes of both sides."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Route, expect

from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser


def act(pavel: Window, text: str, what: str) -> Locator:
    """Opens a dialog over the reply."""
    pavel.line(text).get_by_role("link", name=what).click()
    return pavel.page.get_by_role("dialog")


def test_a_reply_is_edited_withdrawn_and_taken_back(liza: Visitor, pavel: Window, product: Product) -> None:
    liza.write("How much is the rake?")
    pavel.open_task(product.task_of("How much is the rake?"))
    pavel.reply("It is 10 roubles.")
    expect(liza.message("It is 10 roubles.")).to_be_visible()
    expect(pavel.mark("It is 10 roubles.")).to_have_attribute("title", "Read")

    dialog = act(pavel, "It is 10 roubles.", "Edit")
    expect(dialog.get_by_label("Text")).to_be_focused()
    assert Axe().run(pavel.page).response["violations"] == []
    dialog.get_by_label("Text").fill("It is 100 roubles.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    expect(liza.message("It is 100 roubles.")).to_contain_text("edited")
    expect(liza.message("It is 10 roubles.")).to_have_count(0)
    line = pavel.line("It is 100 roubles.")
    expect(line).not_to_contain_text("The client still sees")
    line.locator(".earlier summary").click()
    expect(line).to_contain_text("It is 10 roubles.")

    dialog = act(pavel, "It is 100 roubles.", "Withdraw")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(liza.message("Message withdrawn")).to_be_visible()
    expect(liza.message("roubles.")).to_have_count(0)
    expect(line).to_contain_text("withdrawn by")
    expect(line).not_to_contain_text("The client still sees")

    pavel.page.get_by_label("Hold").select_option("30")
    pavel.reply("You are a bore.")
    expect(pavel.line("You are a bore.").get_by_role("progressbar")).to_be_visible()
    # The hold and the way back survive a reload.
    pavel.page.reload()
    pavel.line("You are a bore.").get_by_role("button", name="Undo").click()
    expect(pavel.composer).to_have_value("You are a bore.")
    expect(pavel.line("You are a bore.")).to_contain_text("taken back by")
    pavel.page.get_by_label("Hold").select_option("0")
    pavel.reply("Let me look.")
    expect(liza.message("Let me look.")).to_be_visible()

    # The same after a reload on both sides.
    liza.page.reload()
    expect(liza.message("Let me look.")).to_be_visible()
    expect(liza.message("Message withdrawn")).to_be_visible()
    assert liza.message("bore").count() == liza.message("roubles").count() == 0
    pavel.page.reload()
    report = act(pavel, "Let me look.", "how it was sent")
    expect(report.get_by_role("row")).to_contain_text(["Recipient", "Sent"])
    assert Axe().run(pavel.page).response["violations"] == []


def test_i2_a_reply_whose_answer_was_lost_is_sent_once(liza: Visitor, pavel: Window, product: Product) -> None:
    liza.write("Do you deliver?")
    pavel.open_task(product.task_of("Do you deliver?"))
    lost: list[str] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().text())
        route.abort()

    # Nor does the server learn what stands in the box: it would say that this has been sent.
    pavel.page.route("**/draft/", lambda route: route.abort())
    pavel.page.route("**/comments/", lose_the_answer, times=1)
    pavel.page.locator("label.mode--reply").click()
    pavel.composer.fill("Yes, tomorrow.")
    pavel.composer.press("Control+Enter")
    expect(pavel.page.get_by_text("The server did not answer.")).to_be_visible()
    expect(pavel.composer).to_have_value("Yes, tomorrow.")

    # A browser that was closed meanwhile still knows which text it was.
    pavel.page.reload()
    expect(pavel.composer).to_have_value("Yes, tomorrow.")
    pavel.composer.press("Control+Enter")

    expect(pavel.composer).to_have_value("")
    expect(pavel.line("Yes, tomorrow.")).to_have_count(1)
    expect(liza.message("Yes, tomorrow.")).to_have_count(1)
    assert product.run("SELECT count(*) FROM desk_comment WHERE text = %s", "Yes, tomorrow.") == [(1,)]
