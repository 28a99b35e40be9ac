"""Files between a visitor and an employee, as both see them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from otklik.lib.tests.pictures import picture
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser

# As a person pastes a picture: the browser hands the page its bytes.
PASTE = """async (target, [bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
  target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_files_go_both_ways(liza: Visitor, pavel: Window, product: Product) -> None:
    too_large: Any = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"\0" * (10 * 1024 * 1024 + 1)}
    photo: Any = {"name": "photo.png", "mimeType": "image/png", "buffer": picture()}
    attach = liza.chat.get_by_label("Attach files").last
    attach.set_input_files([too_large, photo])
    expect(liza.chat.locator("#said")).to_contain_text("film.mp4 is too large: at most 10 MB fit.")
    expect(liza.chat.locator(".attachment")).to_have_count(1)
    liza.write("This is my garden.")
    expect(liza.message("This is my garden.").locator(".file__preview")).to_be_visible()

    # The file is fetched from the chat and stored with the desk.
    pavel.open_task(product.task_of("This is my garden."))
    expect(pavel.line("This is my garden.").locator(".file__preview")).to_be_visible()

    pavel.page.locator("label.mode--reply").click()
    pavel.composer.evaluate(PASTE, [list(picture(color="orange")), "plan.png"])
    expect(pavel.page.locator(".attached__preview")).to_be_visible()
    pavel.reply("And this is our plan.")
    expect(pavel.line("And this is our plan.").locator(".file__preview")).to_be_visible()
    expect(pavel.page.locator(".attached__file")).to_have_count(0)
    answer = liza.message("And this is our plan.")
    expect(answer.locator(".file__preview")).to_be_visible()
    expect(pavel.mark("And this is our plan.")).to_have_attribute("title", "Read")

    # Too large for the chat: the composer says it, and a link goes instead.
    pavel.page.locator("composer-files input[type=file]").set_input_files(too_large)
    expect(pavel.page.locator(".attached__way")).to_contain_text("the client gets a link for 30 days")
    expect(pavel.page.locator(".attached progress")).to_be_hidden()
    pavel.reply("And this is a film.")
    link = liza.message("And this is a film.").get_by_role("link")
    expect(link).to_contain_text("/file.mp4")
    answer_of = liza.context.request.get(link.get_attribute("href") or "")
    assert answer_of.headers["content-disposition"] == 'attachment; filename="film.mp4"'
    assert len(answer_of.body()) == len(too_large["buffer"])
