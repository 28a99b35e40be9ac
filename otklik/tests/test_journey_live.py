"""Several people before one conversation, and what becomes of it when one of them, or the server, is away."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from otklik.start.ports import serves
from otklik.tests.conftest import Employees
from otklik.tests.load import Load
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser

LISTS = ("/", "/tasks/?show=active", "/tasks/board/")


def test_i6_a_note_never_reaches_the_visitor(
    liza: Visitor, pavel: Window, employees: Employees, product: Product
) -> None:
    liza.write("May I have a discount?")
    number = product.task_of("May I have a discount?")
    pavel.open_task(number)
    pavel.reply("Let me ask.")
    alice = employees("alice")
    alice.open_task(number)
    # Who joins a colleague's conversation begins with a note.
    expect(alice.page.get_by_label("Internal note")).to_be_checked()
    alice.notify("Everybody in the task")
    alice.note("At most ten percent!")
    expect(pavel.line("At most ten percent!")).to_contain_text("Note for colleagues")
    pavel.note("She gets five.")
    pavel.reply("Five percent for you.")

    expect(liza.message("Five percent for you.")).to_be_visible()
    liza.page.reload()
    expect(liza.message("Five percent for you.")).to_be_visible()
    assert liza.messages.count() == 3
    assert product.run(
        "SELECT count(*) FROM chat_message WHERE text LIKE %s OR text LIKE %s", "%ten percent%", "She gets%"
    ) == [(0,)]


def test_two_employees_see_the_same_task_live_and_a_stranger_does_not(
    liza: Visitor, pavel: Window, employees: Employees, product: Product
) -> None:
    liza.write("Who is there?")
    number = product.task_of("Who is there?")
    alice, boris = employees("alice"), employees("boris")
    pavel.open_task(number)
    alice.open_task(number)

    pavel.reply("Pavel is here.")
    expect(alice.line("Pavel is here.")).to_be_visible()
    alice.reply("And Alice.")
    expect(pavel.line("And Alice.")).to_be_visible()
    liza.write("So many of you!")
    for window in (pavel, alice):
        expect(window.line("So many of you!")).to_be_visible()
        assert window.is_same_page()
    # Once the last answer was seen, both show the same.
    for window in (pavel, alice):
        expect(window.mark("And Alice.")).to_have_attribute("title", "Read")
    assert pavel.screen() == alice.screen()

    answer = boris.page.goto(f"/tasks/{number}/")
    assert answer and answer.status == 404
    boris.complaints.clear()


def test_a_visitor_leaves_and_the_conversation_is_over(liza: Visitor, pavel: Window, product: Product) -> None:
    product.run("UPDATE chat_site SET left_after = 1, transcript_after = 1")
    liza.write("Good evening.")
    number = product.task_of("Good evening.")
    pavel.open_task(number)
    pavel.reply("Good evening! How can I help?")
    expect(liza.message("How can I help?")).to_be_visible()

    liza.page.goto("about:blank")

    expect(pavel.page.locator(".task__left")).to_be_visible()
    product.wait(lambda: transcripts_of(product, "Good evening.") == 1)
    assert pavel.is_same_page()
    # The whole conversation came again, and nothing of it is shown twice.
    expect(pavel.line("Good evening.")).to_have_count(1)
    expect(pavel.line("How can I help?")).to_have_count(1)
    product.run("UPDATE chat_site SET left_after = 60, transcript_after = 1800")


def test_what_is_typed_while_the_server_is_down_is_sent_once_it_is_back(
    liza: Visitor, pavel: Window, product: Product
) -> None:
    liza.write("Are you there?")
    number = product.task_of("Are you there?")
    pavel.open_task(number)
    product.wait_until_quiet()

    product.kill("web")
    product.wait(lambda: not serves("127.0.0.1", product.port))
    liza.hurry("I go on typing.")
    liza.hurry("And typing.")

    for text in ("I go on typing.", "And typing."):
        expect(liza.message(text)).to_contain_text("sent")
        expect(liza.message(text)).to_have_count(1)
        expect(pavel.line(text)).to_have_count(1)
    told = pavel.page.locator("article.comment .text").all_inner_texts()
    assert told == ["Are you there?", "I go on typing.", "And typing."]


def test_i8_a_screen_that_was_cut_off_becomes_what_a_fresh_one_is(
    liza: Visitor, pavel: Window, employees: Employees, product: Product
) -> None:
    liza.write("Do you hear me?")
    number = product.task_of("Do you hear me?")
    alice = employees("alice")
    pavel.open_task(number)
    pavel.reply("Yes.")
    expect(pavel.mark("Yes.")).to_have_attribute("title", "Read")
    product.wait_until_quiet()

    pavel.context.set_offline(True)
    killed = product.kill("web")
    expect(pavel.page.get_by_text("Reconnecting…")).to_be_visible()
    product.wait(lambda: product.is_replaced("web", killed))
    product.wait_until_served()
    liza.write("The line is bad.")
    alice.open_task(number)
    # Past words that she has not seen no reply leaves.
    expect(alice.page.locator(".comment", has_text="The line is bad.")).to_be_visible()
    alice.read_on()
    alice.page.locator("#task-header").get_by_role("button", name="Accept").click()
    alice.reply("It is better now.")
    expect(alice.mark("It is better now.")).to_have_attribute("title", "Read")
    pavel.context.set_offline(False)

    expect(pavel.page.get_by_text("Reconnecting…")).to_be_hidden()
    expect(pavel.mark("It is better now.")).to_have_attribute("title", "Read")
    assert pavel.is_same_page()
    alice.open_task(number)
    assert pavel.screen() == alice.screen()


def test_i8_lists_that_were_cut_off_become_what_fresh_ones_are(liza: Visitor, pavel: Window, product: Product) -> None:
    liza.write("Am I in your list?")
    number = product.task_of("Am I in your list?")
    product.wait_until_quiet()
    tabs = {address: pavel.tab() for address in LISTS}
    for address, tab in tabs.items():
        tab.goto(address)
        expect(tab.locator("live-stream[data-state=on]").first).to_be_attached()
        tab.evaluate("window.openedOnce = true")

    pavel.context.set_offline(True)
    killed = product.kill("web")
    for tab in tabs.values():
        expect(tab.get_by_text("Reconnecting…")).to_be_visible()
    product.wait(lambda: product.is_replaced("web", killed))
    product.wait_until_served()
    # More than a stream holds back for a page that does not keep up, as in ten minutes.
    load = Load(product.facts["hook_url"], name="cut", conversations=80, webhooks=3)
    load.start()
    product.wait(load.is_over)
    liza.write("And I again, the latest of all.")
    product.wait_until_quiet()
    pavel.context.set_offline(False)

    for address, tab in tabs.items():
        expect(tab.get_by_text("Reconnecting…")).to_be_hidden()
        expect(tab.locator(f"#content a[href*='/tasks/{number}/']").first).to_be_visible()
        # More pages in sight than the browser has connections for their streams would wait for each other.
        fresh = pavel.tab()
        product.wait(partial(is_as_fresh, tab, fresh, address))
        fresh.close()
        assert tab.evaluate("window.openedOnce") is True


def is_as_fresh(tab: Page, fresh: Page, address: str) -> bool:
    fresh.goto(address)
    return shown(tab) == shown(fresh)


def shown(page: Page) -> str:
    """What a list says, without white space: a page that is being laid out at this moment may leave some out."""
    return "".join(page.locator("#chronicle, #tasks, #board").inner_text().split())


def transcripts_of(product: Product, text: str) -> int:
    """How many whole conversations with this message the desk has taken in."""
    [(count,)] = product.run(
        """
        SELECT count(*) FROM integrations_receipt WHERE state = 'done'
        AND convert_from(body, 'UTF8')::json ->> 'eventName' = 'chatTranscript'
        AND convert_from(body, 'UTF8') LIKE '%%' || %s || '%%'
        """,
        text,
    )
    return int(count)
