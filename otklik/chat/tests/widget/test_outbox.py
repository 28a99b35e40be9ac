import pytest
from playwright.sync_api import Page, expect

from otklik.chat.tests.widget.guest import Guest, frame_of, message_in
from otklik.chat.tests.widget.line import State
from otklik.chat.tests.widget.running_chat import RunningChat
from otklik.chat.tests.widget.website import Website

pytestmark = pytest.mark.browser

# A browser that keeps nothing for anybody.
CLOSED_STORAGE = """for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('closed', 'SecurityError') } })"""


def test_a_message_whose_answer_was_lost_is_there_once(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    chat.line.set(State.DEAF)
    liza.write("Do you sell spades?")
    expect(liza.message("Do you sell spades?")).to_contain_text("not sent")
    assert chat.texts() == ["Do you sell spades?"]

    chat.line.set(State.OPEN)
    liza.chat.get_by_role("button", name="try again").click()
    expect(liza.message("Do you sell spades?")).to_contain_text("· sent")
    expect(liza.message("Do you sell spades?")).to_have_count(1)
    assert chat.texts() == ["Do you sell spades?"]


def test_messages_wait_for_the_server_over_a_reload_and_keep_their_order(
    chat: RunningChat, website: Website, liza_anyhow: Guest
) -> None:
    liza_anyhow.visit(website.page())
    liza_anyhow.open()
    liza_anyhow.write("One")
    expect(liza_anyhow.message("One")).to_contain_text("sent")
    chat.line.set(State.DOWN)
    for text in ("Two", "Three", "Four"):
        liza_anyhow.write(text)
    liza_anyhow.box.fill("A thought that is not finished")
    expect(liza_anyhow.message("Four")).to_contain_text("not sent")
    expect(liza_anyhow.chat.get_by_text("No connection. Trying again…")).to_be_visible()

    chat.line.set(State.OPEN)
    liza_anyhow.page.reload()
    expect(liza_anyhow.message("Four")).to_contain_text("sent")
    expect(liza_anyhow.box).to_have_value("A thought that is not finished")
    assert chat.texts() == ["One", "Two", "Three", "Four"]
    expect(liza_anyhow.chat.locator(".bubble")).to_have_count(4)


def test_a_first_message_that_never_left_is_sent_from_the_next_page_without_a_click(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    liza.visit(website.page())
    liza.open()
    chat.line.set(State.DOWN)
    liza.write("Are you there?")
    expect(liza.message("Are you there?")).to_contain_text("not sent")
    liza.button.click()
    expect(liza.panel).to_be_hidden()

    chat.line.set(State.OPEN)
    liza.visit(website.page(path="/rakes"))
    expect(liza.message("Are you there?")).to_have_attribute("data-state", "sent")
    expect(liza.panel).to_be_hidden()
    assert chat.texts() == ["Are you there?"]


def test_the_line_comes_back_by_itself_with_what_was_missed(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    liza.write("One")
    expect(liza.message("One")).to_contain_text("sent")
    chat.line.set(State.DOWN)
    expect(liza.chat.get_by_text("No connection. Trying again…")).to_be_visible()
    chat.answer("Two")
    chat.line.set(State.OPEN)
    expect(liza.message("Two")).to_be_visible()
    expect(liza.chat.get_by_text("No connection. Trying again…")).to_be_hidden()


def test_two_tabs_send_each_message_once(chat: RunningChat, website: Website, liza_anyhow: Guest) -> None:
    address = website.page()
    other = liza_anyhow.tab()
    for page in (liza_anyhow.page, other):
        page.goto(address)
        page.locator("#chatra__button").click()
        expect(frame_of(page).get_by_label("Your message")).to_be_visible()
    chat.line.set(State.DOWN)
    _write(liza_anyhow.page, "From the first")
    expect(message_in(other, "From the first")).to_be_visible()
    _write(other, "From the second")
    expect(message_in(liza_anyhow.page, "From the second")).to_be_visible()

    chat.line.set(State.OPEN)
    for page in (liza_anyhow.page, other):
        for text in ("From the first", "From the second"):
            expect(message_in(page, text)).to_have_attribute("data-state", "sent")
            expect(message_in(page, text)).to_have_count(1)
    assert chat.texts() == ["From the first", "From the second"]
    assert chat.run("SELECT count(*) FROM chat_visitor") == [(1,)]

    chat.answer("Seen by both")
    for page in (liza_anyhow.page, other):
        expect(message_in(page, "Seen by both")).to_be_visible()


def test_without_any_storage_the_chat_works_until_the_page_is_left(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    liza.context.add_init_script(CLOSED_STORAGE)
    liza.visit(website.page())
    liza.open()
    liza.write("One")
    expect(liza.message("One")).to_contain_text("sent")
    chat.answer("Two")
    expect(liza.message("Two")).to_be_visible()


def test_a_text_that_is_too_long_is_refused_before_it_is_sent(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    liza.write("я" * 5001)
    expect(liza.chat.locator("#composer-note")).to_have_text(
        "The message is too long: at most 5,000 characters fit, now there are 5,001."
    )
    expect(liza.box).to_have_value("я" * 5001)
    liza.write("😀" * 5000)
    expect(liza.message("😀")).to_contain_text("sent")
    assert chat.texts() == ["😀" * 5000]


def _write(page: Page, text: str) -> None:
    box = frame_of(page).get_by_label("Your message")
    box.fill(text)
    box.press("Enter")
