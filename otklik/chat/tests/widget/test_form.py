"""The contact form, as visitors meet it."""

import json
import secrets

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.guest import frame_of
from otklik.chat.tests.widget.running_chat import RunningChat
from otklik.chat.tests.widget.test_access import AXE
from otklik.chat.tests.widget.test_talk import frame
from otklik.chat.tests.widget.website import Website

pytestmark = pytest.mark.browser

FIELDS = [
    {"id": "name", "kind": "name"},
    {"id": "phone", "kind": "phone", "isRequired": True},
    {"id": "topic", "kind": "choice", "isRequired": True},
]
WORDS = {
    "ru": {
        "intro": "Представьтесь, пожалуйста.",
        "fields": {"topic": {"label": "Тема", "choices": ["Покупка", "Ремонт"]}},
    },
    "en": {"intro": "We are away.", "fields": {"topic": {"label": "Topic", "choices": ["Sale", "Repair"]}}},
}


def site_that_asks(chat: RunningChat, *, when: str, occasion: str = "online") -> Website:
    """A site of its own, so that no other test is asked."""
    key = f"asks-{secrets.token_hex(8)}"
    chat.run("INSERT INTO chat_site (name, public_key, language, hosts, left_after, transcript_after, created_at) "
             "VALUES ('Garden tools', %s, 'en', '{}', 60, 1800, now())", key)  # fmt: skip
    chat.run("INSERT INTO chat_contactform (site_id, occasion, is_on, \"when\", is_required, fields, words) "
             "SELECT id, %s, true, %s, true, %s, %s FROM chat_site WHERE public_key = %s",
             occasion, when, json.dumps(FIELDS), json.dumps(WORDS), key)  # fmt: skip
    chat.run("INSERT INTO chat_consentversion (form_id, number, words, created_at) "
             "SELECT f.id, 1, %s, now() FROM chat_contactform f JOIN chat_site s ON s.id = site_id "
             "WHERE public_key = %s",
             json.dumps({"ru": "Согласен с [правилами](https://shop.example/rules)."}), key)  # fmt: skip
    return Website(key=key, chat=chat.address)


def row(card: Locator, label: str) -> Locator:
    return card.locator(".field", has=card.page.get_by_label(label)).or_(card.locator(".field", has_text=label)).first


def card_in(chat: FrameLocator) -> Locator:
    return chat.locator("#introduce")


def test_a_form_stands_before_the_chat_on_a_phone(chat: RunningChat, guests: Guests) -> None:
    website = site_that_asks(chat, when="before")
    liza = guests(locale="ru-RU", viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    liza.visit(website.page(language="ru"))
    liza.button.tap()
    card, box = card_in(liza.chat), liza.chat.locator("#text")
    begin = card.get_by_role("button", name="Начать чат")
    expect(card).to_contain_text("Представьтесь, пожалуйста.")
    expect(box).to_be_hidden()
    expect(card.get_by_role("button", name="Не сейчас")).to_have_count(0)
    frame(liza).evaluate(AXE)
    found = frame(liza).evaluate("axe.run().then((result) => result.violations.map((one) => one.id))")
    assert found == []

    begin.click()
    expect(row(card, "Телефон")).to_contain_text("Заполните это поле.")
    expect(row(card, "Согласен")).to_contain_text("Сначала подтвердите согласие.")
    card.get_by_label("Имя").fill("Лиза")
    card.get_by_label("Телефон").fill("+7 900 000-00-00")
    liza.page.reload()
    liza.button.tap()
    expect(card.get_by_label("Имя")).to_have_value("Лиза")

    other = liza.tab()
    other.goto(website.page(language="ru"))
    other.locator("#chatra__button").tap()
    others = card_in(frame_of(other))
    expect(others).to_be_visible()
    liza.page.bring_to_front()
    card.get_by_label("Тема").select_option("Ремонт")
    expect(card.get_by_role("link", name="правилами")).to_have_attribute("href", "https://shop.example/rules")
    card.get_by_role("checkbox").check()
    begin.click()
    expect(card).to_be_hidden()
    expect(others).to_be_hidden()

    box.fill("Сломалась лопата.")
    box.press("Enter")
    expect(liza.message("Сломалась лопата.")).to_contain_text("отправлено")
    [(name, phone, answers)] = chat.run("SELECT name, phone, answers FROM chat_visitor")
    assert (name, phone) == ("Лиза", "+7 900 000-00-00")
    assert answers == {"topic": {"label": "Topic", "value": "Repair"}}
    assert chat.run("SELECT m.text, a.text FROM chat_agreement a JOIN chat_message m ON m.id = message_id") == [
        ("Сломалась лопата.", "Согласен с [правилами](https://shop.example/rules).")
    ]
    website.close()


def test_out_of_hours_the_message_waits_for_the_form(chat: RunningChat, guests: Guests) -> None:
    website = site_that_asks(chat, when="message", occasion="offline")
    liza = guests()
    liza.visit(website.page())
    liza.open()
    card = card_in(liza.chat)
    expect(card).to_be_hidden()
    liza.write("Do you sell spades?")
    expect(card).to_contain_text("We are away.")
    expect(liza.message("Do you sell spades?")).to_contain_text("waits for the form")
    expect(card.get_by_label("Name")).to_be_focused()
    liza.page.reload()
    liza.open()
    expect(liza.message("Do you sell spades?")).to_contain_text("waits for the form")
    assert chat.texts() == []

    card.get_by_label("Phone").fill("call me")
    card.get_by_label("Topic").select_option("Sale")
    card.get_by_role("checkbox").check()
    card.get_by_role("button", name="Send").click()
    expect(row(card, "Phone")).to_contain_text("This does not look like a phone number.")
    card.get_by_label("Phone").fill("123456")
    card.get_by_role("button", name="Send").click()
    expect(liza.message("Do you sell spades?")).to_contain_text("sent")
    expect(card).to_be_hidden()
    liza.write("And rakes?")
    expect(liza.message("And rakes?")).to_contain_text("sent")
    website.close()


def test_an_open_chat_asks_what_is_asked_now(chat: RunningChat, guests: Guests) -> None:
    website = site_that_asks(chat, when="before", occasion="offline")
    liza = guests()
    liza.visit(website.page())
    liza.button.click()
    expect(card_in(liza.chat)).to_contain_text("We are away.")

    chat.run("UPDATE chat_contactform f SET is_on = false FROM chat_site s "
             "WHERE s.id = site_id AND public_key = %s", website.values["key"])  # fmt: skip
    # Whoever comes back to the page asks anew.
    liza.page.frames[1].evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(card_in(liza.chat)).to_be_hidden()
    liza.write("Do you sell spades?")
    expect(liza.message("Do you sell spades?")).to_contain_text("sent")
    website.close()


def test_who_does_not_want_to_be_known_says_so_once(chat: RunningChat, website: Website, guests: Guests) -> None:
    liza = guests()
    liza.visit(website.page())
    liza.open()
    liza.write("Do you sell spades?")
    card = card_in(liza.chat)
    expect(card).to_contain_text("so that we know who is writing")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("Please fill in something")
    card.get_by_label("E-mail").fill("liza")
    card.get_by_role("button", name="Save").click()
    expect(row(card, "E-mail")).to_contain_text("This does not look like an e-mail address.")
    card.get_by_role("button", name="Not now").click()
    expect(card).to_be_hidden()
    liza.page.reload()
    liza.open()
    liza.write("And rakes?")
    expect(liza.message("And rakes?")).to_contain_text("sent")
    expect(card).to_be_hidden()

    liza.chat.get_by_role("button", name="Your name and e-mail").click()
    card.get_by_label("Name").fill("Liza")
    card.get_by_label("E-mail").fill("liza@example.com")
    card.get_by_role("button", name="Save").click()
    expect(liza.chat.get_by_text("Thank you, Liza")).to_be_visible()
    assert chat.run("SELECT name, email FROM chat_visitor") == [("Liza", "liza@example.com")]
