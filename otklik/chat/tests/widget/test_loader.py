import pytest
from playwright.sync_api import expect

from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.guest import Guest
from otklik.chat.tests.widget.line import State
from otklik.chat.tests.widget.running_chat import RunningChat
from otklik.chat.tests.widget.website import SNIPPET, Website

pytestmark = pytest.mark.browser

PLAIN_TAG = "<script async src='%(script)s'></script>"
ID = "<script>window.ChatraID = '%(key)s'</script>"
SNIPPETS = {
    "the classic snippet": SNIPPET,
    "no stub": ID + PLAIN_TAG,
    "globals after the loader": "<script src='%(script)s'></script>" + ID,
    "globals long after the loader": PLAIN_TAG
    + "<script>addEventListener('load', () => setTimeout(() => { window.ChatraID = '%(key)s' }, 400))</script>",
    "loader put into the head later": ID
    + "<script>addEventListener('load', () => { const s = document.createElement('script');"
    "s.src = '%(script)s'; document.head.appendChild(s) })</script>",
    "tag in the middle of a page that goes on": ID + "<script src='%(script)s'></script>",
}


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS.keys())
def test_every_way_to_put_the_snippet_shows_the_button(website: Website, liza: Guest, snippet: str) -> None:
    liza.visit(website.page(snippet))
    liza.open()
    expect(liza.chat.get_by_role("heading", level=1)).to_have_text("Garden tools")


def test_before_intent_only_the_loader_is_fetched_and_nothing_is_set(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    assert [call for call in liza.calls if call.startswith(chat.address)] == [f"{chat.address}/chatra.js"]
    assert liza.context.cookies() == []
    liza.button.hover()
    expect(liza.page.locator("#chatra__iframe")).to_be_attached()


def test_calls_made_before_the_loader_came_are_done_then(website: Website, liza: Guest) -> None:
    liza.visit(website.page(SNIPPET + "<script>Chatra('unknown'); Chatra('openChat', true)</script>"))
    expect(liza.box).to_be_focused()


def test_methods_of_the_page(website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    assert liza.page.evaluate("Boolean(Chatra.restart)")
    for method, is_visible in [("hide", False), ("show", True), ("kill", False), ("restart", True)]:
        liza.page.evaluate(f"Chatra('{method}')")
        expect(liza.button).to_be_visible(visible=is_visible)
    liza.page.evaluate("Chatra('nothing of ours', {}); Chatra(); Chatra('setButtonPosition', 'lm'); Chatra('openChat')")
    expect(liza.box).to_be_visible()
    liza.page.evaluate("Chatra('minimizeWidget')")
    expect(liza.panel).to_be_hidden()


def test_a_link_to_the_chat_opens_it(website: Website, liza: Guest) -> None:
    liza.visit(website.page(body="<a href='#chatraChatExpanded'>Ask us</a>"))
    expect(liza.button).to_be_visible()
    liza.page.get_by_text("Ask us").click()
    expect(liza.box).to_be_focused()
    assert "#" not in liza.page.url


def test_options_of_the_page(website: Website, guests: Guests) -> None:
    setup = "<script>window.ChatraSetup = { buttonPosition: 'lm', buttonSize: 72, zIndex: 77, startHidden: true, \
language: 'ru', chatWidth: 420, colors: { buttonBg: '#ffe08a' } }</script>"
    oleg = guests()
    oleg.visit(website.page(setup + SNIPPET))
    widget = oleg.page.locator("#chatra.chatra--side-left.chatra--pos-middle")
    expect(widget).to_be_hidden()
    oleg.page.evaluate("Chatra('show')")
    expect(widget).to_be_visible()
    box = widget.bounding_box()
    assert box and (box["width"], box["x"]) == (72, 20)
    assert widget.evaluate("e => getComputedStyle(e).zIndex") == "77"
    oleg.button.click()
    send = oleg.chat.get_by_role("button", name="Отправить")
    # A light colour gets dark signs.
    expect(send).to_have_css("color", "rgb(20, 32, 28)")
    assert oleg.width() == 420


def test_some_pages_show_the_chat_on_one_kind_of_device_only(website: Website, guests: Guests) -> None:
    address = website.page("<script>window.ChatraSetup = { disabledOnMobile: true }</script>" + SNIPPET)
    phone, computer = guests(viewport={"width": 390, "height": 844}), guests()
    phone.visit(address)
    phone.page.wait_for_function("Boolean(window.Chatra && Chatra.restart)")
    computer.visit(address)
    expect(computer.button).to_be_visible()
    expect(phone.button).to_have_count(0)


def test_the_chat_can_be_a_part_of_the_page(website: Website, liza: Guest) -> None:
    setup = "<script>window.ChatraSetup = { mode: 'frame', injectTo: 'place' }</script>"
    liza.visit(website.page(setup + SNIPPET, body="<div id='place' style='width:340px;height:480px'></div>"))
    expect(liza.page.locator("#place").frame_locator("#chatra__iframe").get_by_label("Your message")).to_be_visible()
    expect(liza.chat.get_by_role("button", name="Close the chat")).to_be_hidden()
    assert liza.width() == 340
    assert liza.panel.bounding_box() == liza.page.locator("#place").bounding_box()


def test_a_strict_policy_of_the_page_needs_one_line(website: Website, liza: Guest) -> None:
    policy = "default-src 'self'; script-src 'nonce-n' %(chat)s; frame-src %(chat)s; style-src 'self'"
    snippet = SNIPPET.replace("<script>", "<script nonce='n'>")
    liza.visit(website.page(snippet, headers={"Content-Security-Policy": policy}))
    expect(liza.page.locator("#chatra")).to_have_css("position", "fixed")
    liza.open()


def test_a_dead_server_leaves_the_page_alone_and_is_tried_again(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    chat.line.set(State.DOWN)
    liza.button.click()
    expect(liza.page.get_by_role("status")).to_have_text("The chat does not answer. We keep trying.")
    chat.line.set(State.OPEN)
    expect(liza.box).to_be_visible(timeout=30_000)


def test_a_server_that_takes_the_call_and_says_nothing(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    chat.line.set(State.SILENT)
    liza.button.click()
    expect(liza.page.get_by_role("status")).to_have_text("The chat does not answer. We keep trying.")


def test_without_the_loader_the_page_is_as_it_was(chat: RunningChat, website: Website, liza: Guest) -> None:
    chat.line.set(State.DOWN)
    liza.visit(website.page(SNIPPET + "<script>Chatra('openChat')</script>"))
    expect(liza.page.get_by_role("heading", name="Garden tools")).to_be_visible()
