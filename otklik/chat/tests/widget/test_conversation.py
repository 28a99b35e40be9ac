from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.guest import Guest
from otklik.chat.tests.widget.running_chat import RunningChat
from otklik.chat.tests.widget.website import SNIPPET, Website

pytestmark = pytest.mark.browser


def test_liza_writes_and_reads_the_answer_live(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    liza.write("Do you sell spades?")
    expect(liza.message("Do you sell spades?")).to_contain_text("sent")

    chat.answer("We do, three kinds.")
    expect(liza.message("We do, three kinds.")).to_contain_text("Olga")
    read = "SELECT read_at IS NOT NULL FROM chat_message WHERE type = 'agent'"
    expect(liza.chat.get_by_role("log")).to_contain_text("Today")
    _until(liza, lambda: chat.run(read) == [(True,)])


def test_what_comes_while_the_chat_is_closed_is_counted_on_the_button(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    liza.visit(website.page())
    liza.open()
    liza.write("Do you sell spades?")
    expect(liza.message("Do you sell spades?")).to_contain_text("sent")
    liza.button.click()
    expect(liza.panel).to_be_hidden()

    chat.answer("We do.")
    chat.answer("Three kinds.")
    expect(liza.page.locator("#chatra__badge")).to_have_text("2")
    expect(liza.button).to_have_accessible_name("Open the chat. New messages: 2")

    # The count is there on the next page too, before anything is clicked.
    liza.visit(website.page(path="/spades", title="Spades"))
    expect(liza.page.locator("#chatra__badge")).to_have_text("2")
    liza.open()
    expect(liza.message("Three kinds.")).to_be_visible()
    expect(liza.page.locator("#chatra__badge")).to_be_empty()


def test_the_page_hears_of_new_messages(chat: RunningChat, website: Website, liza: Guest) -> None:
    setup = "<script>heard = []; ChatraSetup = { onNewMessage: (message) => heard.push(message.text) }</script>"
    liza.visit(website.page(setup + SNIPPET))
    liza.open()
    liza.write("Hello")
    expect(liza.message("Hello")).to_contain_text("sent")
    chat.answer("Good day")
    liza.page.wait_for_function("heard.join() === 'Good day'")


def test_pages_seen_at_the_first_message_and_after_it_reach_the_server(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    # A page of an application that shows one view after another.
    liza.page.evaluate("document.title = 'Rakes'; history.pushState({}, '', '/rakes'); Chatra('pageView')")
    liza.open()
    assert chat.run("SELECT count(*) FROM chat_pageview") == [(0,)]
    liza.write("Hello")
    expect(liza.message("Hello")).to_contain_text("sent")
    liza.visit(website.page(path="/hoes", title="Hoes"))
    titles = "SELECT title FROM chat_pageview ORDER BY viewed_at"
    _until(liza, lambda: chat.run(titles) == [("Garden tools",), ("Rakes",), ("Hoes",)])


def test_s19_liza_leaves_her_name_and_e_mail(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    liza.write("Hello")
    card = liza.chat.get_by_role("form", name="Your name and e-mail")
    card.get_by_label("Name").fill("Liza")
    card.get_by_label("E-mail").fill("liza at home")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(card.locator(".field__error").nth(1)).not_to_be_empty()

    card.get_by_label("E-mail").fill("liza@example.com")
    card.get_by_role("button", name="Save").click()
    expect(card).to_be_hidden()
    expect(liza.chat.get_by_text("Thank you, Liza")).to_be_visible()
    assert chat.run("SELECT name, email FROM chat_visitor") == [("Liza", "liza@example.com")]

    liza.chat.get_by_role("button", name="Your name and e-mail").click()
    expect(card.get_by_label("Name")).to_have_value("Liza")


def test_what_the_site_knows_of_its_visitor_comes_along(chat: RunningChat, website: Website, liza: Guest) -> None:
    known = "<script>window.ChatraIntegration = { name: 'Лиза', email: 'liza@example.com', 'Тариф': 'Сад' }</script>"
    liza.visit(website.page(known + SNIPPET))
    liza.open()
    liza.write("Hello")
    expect(liza.message("Hello")).to_contain_text("sent")
    # Who is known is not asked.
    expect(liza.chat.get_by_role("form", name="Your name and e-mail")).to_be_hidden()
    data = "SELECT integration FROM chat_visitor"
    assert chat.run(data)[0][0]["Тариф"] == "Сад"
    liza.page.evaluate("Chatra('updateIntegrationData', { 'Тариф': null, city: 'Tver' })")
    _until(liza, lambda: chat.run(data)[0][0].get("city") == "Tver" and "Тариф" not in chat.run(data)[0][0])


def test_texts_are_text_and_only_web_addresses_are_links(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    liza.write("Hello")
    expect(liza.message("Hello")).to_contain_text("sent")
    chat.answer("<img src=x onerror=alert(1)> javascript:alert(1) see https://example.com/a_(b)?c=d. Bye")
    answer = liza.message("<img src=x onerror=alert(1)> javascript:alert(1)")
    expect(answer.get_by_role("link")).to_have_count(1)
    link = answer.get_by_role("link")
    expect(link).to_have_attribute("href", "https://example.com/a_(b)?c=d")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")


def test_the_page_s_language_is_the_chat_s(website: Website, guests: Guests) -> None:
    oleg = guests(locale="en-US")
    oleg.visit(website.page(language="ru"))
    expect(oleg.button).to_have_accessible_name("Открыть чат")
    oleg.button.click()
    expect(oleg.chat.get_by_label("Ваше сообщение")).to_be_visible()


def _until(guest: Guest, is_so: Callable[[], bool]) -> None:
    """Looks again while the browser goes on; the last look is an assertion."""
    for _ in range(100):
        if is_so():
            return
        guest.page.wait_for_timeout(100)
    assert is_so()
