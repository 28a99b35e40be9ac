"""From a visitor of the demo shop to an employee of the desk and back, as both see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from otklik.tests.conftest import PHONE, Employees, Visitors, at_chronicle
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "options"),
    [("en", {}), ("ru", {"locale": "ru-RU"}), ("en", {**PHONE, "locale": "en-US"})],
    ids=["en", "ru", "on a phone"],
)
def test_s13_s16_a_visitor_writes_and_gets_his_answer(
    visitors: Visitors, employees: Employees, language: str, options: dict[str, Any]
) -> None:
    def word(text: str) -> str:
        with translation.override(language):
            return gettext(text)

    pavel = at_chronicle(employees("pavel", **options))
    liza = visitors()
    seen = {}
    for path in ("/en/", "/en/lantern/", "/en/delivery/"):
        liza.visit(path)
        seen[liza.page.url] = liza.page.title()
    liza.open()
    liza.write("How much is delivery to Tver?")

    # S13: at once, on top, by itself.
    expect(pavel.top_entry).to_contain_text("(Chatra)")
    expect(pavel.top_entry).to_contain_text(word("Task created"))
    expect(pavel.top_entry).to_contain_text(word("Not accepted"))
    assert pavel.is_same_page()
    name = pavel.top_entry.locator(".entry__author").inner_text()
    pavel.top_entry.get_by_role("link", name=f"{name} (Chatra)", exact=True).click()

    # S15: the message, and quoted under it place, pages, source, device.
    expect(pavel.page.get_by_role("heading", name=f"{name} (Chatra)")).to_be_visible()
    opening = pavel.page.locator("#opening")
    expect(opening.locator(".comment")).to_contain_text("How much is delivery to Tver?")
    quote = opening.locator("blockquote")
    for words in ("Moscow|Москва", word("the chat on the site"), "Windows 10", "Chrome 130"):
        expect(quote).to_contain_text(re.compile(words))
    for link, title in seen.items():
        expect(quote).to_contain_text(title)
        expect(quote.locator(f'a[href="{link}"]')).to_be_visible()

    # S14: the client is the assigner.
    assigner = pavel.page.locator("#task-side .facts div", has_text=word("Assigner"))
    expect(assigner.get_by_role("link", name=name)).to_be_visible()

    # S16: the answer goes back, and the marks tell how far it has come.
    liza.close()
    pavel.reply("350 roubles, two days.")
    expect(pavel.mark("350 roubles")).to_have_attribute("title", word("Sent"))
    expect(liza.badge).to_have_text("1")
    liza.open()
    expect(liza.message("350 roubles, two days.")).to_be_visible()
    expect(pavel.mark("350 roubles")).to_have_attribute("title", word("Read"))

    liza.write("Thank you!")
    expect(pavel.line("Thank you!")).to_be_visible()


def test_s18_s19_a_visitor_introduces_himself(liza: Visitor, pavel: Window, product: Product) -> None:
    liza.write("Is the lantern in stock?")
    pavel.open_task(product.task_of("Is the lantern in stock?"))
    client = pavel.page.locator("#task-side .task__client a")
    # S18: two words that tell one stranger from another.
    expect(client).to_have_text(re.compile(r"^\S+ \S+$"))
    client.click()
    pavel.page.evaluate("window.openedOnce = true")
    data = pavel.page.locator("#contact-data")

    liza.introduce("Елизавета Иванова", "liza@example.com")
    liza.write("And in blue?")

    expect(data.get_by_role("heading", name="Елизавета Иванова")).to_be_visible()
    expect(data.get_by_role("link", name="liza@example.com")).to_be_visible()
    assert pavel.is_same_page()


def test_s20_one_person_writes_from_two_devices(
    liza: Visitor, visitors: Visitors, pavel: Window, product: Product
) -> None:
    liza.write("I write from my desk.")
    liza.introduce("Liza", "two-devices@example.com")
    liza.write("Now you know me.")
    number = product.task_of("Now you know me.")

    phone = visitors(**PHONE)
    phone.visit("/en/")
    phone.open()
    phone.write("I write from my phone.")
    phone.introduce("Liza", "two-devices@example.com")
    phone.write("It is me again.")
    phone_number = product.task_of("It is me again.")

    pavel.open_task(number)
    pavel.page.locator("#task-side .task__client a").click()
    lists = pavel.page.locator("#contact-news")
    devices = lists.locator("section", has=pavel.page.get_by_role("heading", name="Devices"))
    expect(devices.locator("li")).to_have_count(2)
    expect(lists).to_contain_text("Windows 10")
    expect(lists).to_contain_text("iOS 17")

    # The answer goes to the device that wrote last, and to no other.
    pavel.open_task(phone_number)
    pavel.reply("Hello on the phone!")
    expect(phone.message("Hello on the phone!")).to_be_visible()
    expect(pavel.mark("Hello on the phone!")).to_have_attribute("title", "Read")
    assert liza.message("Hello on the phone!").count() == 0


def test_s20_a_device_that_is_known_at_once_joins_the_task(
    liza: Visitor, visitors: Visitors, pavel: Window, product: Product
) -> None:
    liza.write("First from my desk.")
    liza.introduce("Liza", "joins@example.com")
    liza.write("I am Liza.")
    number = product.task_of("I am Liza.")

    # The shop knows its customer and tells the chat who it is.
    phone = visitors(**PHONE)
    phone.context.add_init_script("window.ChatraIntegration = {name: 'Liza', email: 'joins@example.com'}")
    phone.visit("/en/")
    phone.open()
    phone.write("Then from my phone.")
    assert product.task_of("Then from my phone.") == number

    pavel.open_task(number)
    expect(pavel.line("Then from my phone.")).to_be_visible()
    pavel.reply("I see both.")
    expect(phone.message("I see both.")).to_be_visible()
    expect(pavel.mark("I see both.")).to_have_attribute("title", "Read")
    expect(pavel.line("I see both.")).to_contain_text("iOS 17")
    assert liza.message("I see both.").count() == 0


def test_s21_an_enquiry_leaves_a_line_on_the_card(liza: Visitor, pavel: Window, product: Product) -> None:
    liza.write("Where do I find you?")
    pavel.open_task(product.task_of("Where do I find you?"))
    pavel.page.locator("#task-side .task__client a").click()

    enquiries = pavel.page.locator("#contact-news details", has_text="Enquiries")
    enquiries.locator("summary").click()
    entry = enquiries.get_by_role("listitem")
    expect(entry).to_have_count(1)
    for words in ("Windows 10", "Chrome 130", "127.0.0.1"):
        expect(entry).to_contain_text(words)
