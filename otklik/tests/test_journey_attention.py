"""What visitor and employee see of each other beside words, through the whole product."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser


def test_both_see_who_types_and_the_visitor_sees_that_he_was_read(
    liza: Visitor, pavel: Window, product: Product
) -> None:
    liza.write("Is the fern still there?")
    mine = liza.message("Is the fern still there?")
    expect(mine).to_have_attribute("data-state", "sent")
    pavel.open_task(product.task_of("Is the fern still there?"))
    expect(mine).to_have_attribute("data-state", "read")

    pavel.page.locator("label.mode--reply").click()
    pavel.composer.press_sequentially("It is")
    expect(liza.chat.locator("#typing")).to_contain_text("is typing")
    expect(pavel.page.locator("live-stream").first).to_have_attribute("data-state", "on")
    liza.box.press_sequentially("And the")
    expect(pavel.page.locator("typing-line")).to_contain_text("is typing")
    liza.write("And the moss?")
    expect(pavel.page.locator("article", has_text="And the moss?")).to_be_visible()
    expect(pavel.page.locator("typing-line")).to_be_empty(timeout=3000)

    # A note for colleagues is nobody else's affair.
    said = []
    pavel.page.on("request", lambda request: said.append(request.url) if "/typing/" in request.url else None)
    pavel.page.locator("label.mode--note").click()
    pavel.composer.press_sequentially("He asks for the fern.")
    assert said == []
