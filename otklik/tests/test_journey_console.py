"""A visitor is answered in the chat's own console; the desk hears of it as of what was written elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from otklik.tests.conftest import PHONE, Visitors
from otklik.tests.console import Console
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser


@pytest.fixture
def olga(browser: Browser, product: Product) -> Iterator[Console]:
    olga = Console(browser, product, "olga")
    yield olga
    olga.context.close()
    assert olga.complaints == []


def test_a_visitor_is_answered_in_the_console_and_the_desk_sees_it(
    liza: Visitor, olga: Console, pavel: Window, product: Product
) -> None:
    liza.write("Do you sell kites?")
    # By itself: in the list, as unread, in the title.
    expect(olga.chat("Do you sell kites?").locator(".counter")).to_contain_text("1")
    expect(olga.page).to_have_title(re.compile(r"^\(\d+\) Chats · Otklik$"))
    assert olga.is_same_page()

    olga.page.keyboard.press("Alt+ArrowDown")
    expect(olga.said("Do you sell kites?")).to_be_visible()
    expect(olga.chat("Do you sell kites?").locator(".counter")).to_have_count(0)
    assert Axe().run(olga.page).response["violations"] == []
    olga.write("The visitor is a regular.", mode="Internal note")
    olga.write("Yes, in three colours.")
    expect(liza.message("Yes, in three colours.")).to_be_visible()
    expect(olga.said("Yes, in three colours.").get_by_title("The visitor has seen it")).to_be_visible()
    expect(liza.message("regular")).to_have_count(0)

    pavel.open_task(product.task_of("Do you sell kites?"))
    expect(pavel.line("Yes, in three colours.")).to_be_visible()
    expect(pavel.line("regular")).to_have_count(0)
    pavel.page.locator("label.mode--reply").click()
    pavel.reply("And in blue.")
    expect(olga.said("And in blue.")).to_be_visible()

    olga.said("Yes, in three colours.").get_by_role("link", name="Edit").click()
    dialog = olga.page.get_by_role("dialog")
    dialog.get_by_label("Text").fill("Yes, in four colours.")
    dialog.get_by_role("button", name="Save").click()
    expect(olga.said("Yes, in four colours.")).to_contain_text("edited")
    expect(liza.message("Yes, in four colours.")).to_be_visible()


def test_a_chat_is_closed_opens_again_and_a_visitor_is_blocked(liza: Visitor, olga: Console) -> None:
    liza.write("Where is my parcel with kites?")
    olga.open("Where is my parcel with kites?")
    olga.page.get_by_role("button", name="Close").click()
    expect(olga.page.locator(".step", has_text="closed the chat")).to_be_visible()
    expect(olga.chat("Where is my parcel with kites?")).to_have_count(0)
    liza.write("I still wait for kites.")
    expect(olga.said("I still wait for kites.")).to_be_visible()
    expect(olga.chat("I still wait for kites.")).to_be_visible()

    # What is being entered stays while news arrive.
    name = olga.page.get_by_label("Name", exact=True)
    name.fill("Liza Kite")
    liza.write("Hello?")
    expect(olga.said("Hello?")).to_be_visible()
    expect(name).to_have_value("Liza Kite")
    olga.page.locator(".visitor__form").get_by_role("button", name="Save").click()
    expect(olga.page.get_by_role("heading", name="Liza Kite").first).to_be_visible()

    olga.page.get_by_text("Block the visitor…").click()
    olga.page.get_by_role("button", name="Block", exact=True).click()
    expect(olga.page.locator(".step", has_text="blocked the visitor")).to_be_visible()
    liza.hurry("You thieves!")
    expect(liza.message("You thieves!")).to_contain_text("This chat does not take messages from you any more.")
    expect(olga.said("You thieves!")).to_have_count(0)
    liza.page.reload()
    liza.open()
    expect(liza.chat.locator("#said")).to_contain_text("does not take messages from you")
    olga.page.get_by_role("button", name="Let him write again").click()
    expect(olga.page.locator(".step", has_text="let the visitor write again")).to_be_visible()


def test_a_chat_that_is_being_clicked_stays_under_the_pointer(liza: Visitor, olga: Console) -> None:
    liza.write("Which kites do you sell?")
    line = olga.chat("Which kites do you sell?")
    line.hover()
    olga.page.mouse.down()
    with olga.page.expect_response(lambda answer: "/chats/" in answer.url):
        liza.write("And what do they cost?")
    expect(line).to_be_visible()
    olga.page.mouse.up()
    expect(olga.said("And what do they cost?")).to_be_visible()


def test_on_a_phone_one_pane_is_seen_at_a_time(liza: Visitor, browser: Browser, product: Product) -> None:
    liza.write("Are your kites strong?")
    phone = Console(browser, product, "olga", **PHONE)
    expect(phone.chat("Are your kites strong?")).to_be_visible()
    phone.open("Are your kites strong?")
    expect(phone.page.locator(".console__list")).to_be_hidden()
    phone.page.get_by_role("link", name="Visitor").click()
    expect(phone.page.get_by_label("E-mail", exact=True)).to_be_visible()
    expect(phone.box).to_be_hidden()
    assert Axe().run(phone.page).response["violations"] == []
    phone.page.get_by_role("link", name="Back to the chat").click()
    phone.write("They are.")
    expect(liza.message("They are.")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.page.get_by_role("link", name="To the list").click()
    expect(phone.chat("They are.")).to_be_visible()
    phone.context.close()
    assert phone.complaints == []


def test_s18_the_team_sees_who_is_there_writes_first_and_reads_along(
    visitors: Visitors, olga: Console, product: Product
) -> None:
    place = f"/chat/sites/{product.facts['site_key']}/visitors/"
    _watch(olga, place, on=True)
    liza = visitors()
    liza.page.goto("/en/", referer="https://search.example/")
    with liza.page.expect_response("**/widget/beat"):
        liza.button.hover()
    # Her next page tells of her by itself.
    liza.visit("/en/catalogue/")
    line = olga.page.locator(".visitors-now__line", has_text="Catalogue").filter(has_text="https://search.example/")
    expect(line).to_contain_text("2 pages")
    line.get_by_role("link", name="Write first").click()
    olga.page.get_by_label("Your message").fill("Shall I show you our best lamp?")
    olga.page.get_by_role("button", name="Send").click()
    expect(line).to_contain_text("On its way: Shall I show you our best lamp?")

    # Sooner than her page would ask by itself.
    liza.page.evaluate("Chatra('pageView')")
    expect(liza.badge).to_have_text("1")
    preview = liza.page.locator("#chatra__preview")
    expect(preview).to_contain_text("Shall I show you our best lamp?")
    assert Axe().run(liza.page, context="#chatra").response["violations"] == []
    preview.get_by_role("button", name="Shall I show you").click()
    expect(preview).to_be_empty()
    expect(liza.message("Shall I show you our best lamp?")).to_be_visible()
    expect(liza.chat.get_by_text("The team sees what you type.")).to_be_visible()
    liza.write("Yes, a red one.")

    olga.page.goto("/chat/")
    olga.open("Yes, a red one.")
    expect(olga.said("Shall I show you our best lamp?")).to_contain_text("wrote first")
    typing = olga.page.locator("typing-line")
    # What stands on an element is not set anew when news replace it: the policy would complain.
    olga.page.locator("#feed-first").evaluate("(field) => { field.style.color = 'red'; }")
    liza.box.press_sequentially("For the garden")
    expect(typing).to_contain_text("is typing: For the garden")
    liza.box.press("Enter")
    expect(olga.said("For the garden")).to_be_visible()
    expect(typing).to_be_empty()
    _watch(olga, place, on=False)


def _watch(olga: Console, place: str, *, on: bool) -> None:
    olga.page.goto(place)
    for field in ("See who is on the site", "See what a visitor types"):
        olga.page.get_by_label(field).set_checked(on)
    olga.page.get_by_role("button", name="Save").click()
    expect(olga.page.get_by_text("Saved.")).to_be_visible()
