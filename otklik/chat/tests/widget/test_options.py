"""ChatraSetup option by option and Chatra() method by method; what has a test of its own elsewhere is not here."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.guest import Guest
from otklik.chat.tests.widget.running_chat import KEY, RunningChat
from otklik.chat.tests.widget.website import SNIPPET, Website

pytestmark = pytest.mark.browser

POSITIONS = ("bl", "bc", "br", "lt", "lm", "lb", "rt", "rm", "rb")


def setup(options: str) -> str:
    return f"<script>window.ChatraSetup = {options}</script>" + SNIPPET


def inside_window(part: Locator) -> bool:
    script = "e => [e.getBoundingClientRect()].every((r) => r.width > 0 && r.top >= 0 && r.left >= 0 \
&& r.right <= innerWidth && r.bottom <= innerHeight)"
    return bool(part.evaluate(script))


@pytest.mark.parametrize("style", ["round", "tab"])
def test_the_chat_is_whole_at_every_place_of_the_window(website: Website, guests: Guests, style: str) -> None:
    liza = guests(reduced_motion="reduce")
    # On a page that is written from right to left, too: a place is a place of the window.
    page = website.page(setup(f"{{ buttonStyle: '{style}' }}"))
    website.pages["/"] = (website.pages["/"][0].replace("<html", "<html dir='rtl'"), {})
    liza.visit(page)
    liza.open()
    for position in POSITIONS:
        liza.page.evaluate(f"Chatra('setButtonPosition', '{position}')")
        sides = {"b": "bottom", "c": "center", "l": "left", "m": "middle", "r": "right", "t": "top"}
        names = f".chatra--style-{style}.chatra--side-{sides[position[0]]}.chatra--pos-{sides[position[1]]}"
        expect(liza.page.locator(f"#chatra{names}")).to_be_attached()
        assert inside_window(liza.button) and inside_window(liza.panel), position
    assert liza.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    liza.page.evaluate("Chatra('resetButtonPosition')")
    expect(liza.page.locator("#chatra.chatra--side-bottom.chatra--pos-right")).to_be_attached()


def test_sizes_stay_in_their_ranges_and_signs_can_be_read(website: Website, guests: Guests) -> None:
    liza = guests(reduced_motion="reduce")
    odd = "{ buttonSize: 1, chatWidth: 9999, chatHeight: '650', zIndex: 'x', colors: { buttonBg: '##333333' } }"
    liza.visit(website.page(setup(odd)))
    expect(liza.button).to_have_css("width", "40px")
    # What is no colour changes nothing.
    expect(liza.button).to_have_css("background-color", "rgb(47, 111, 94)")
    liza.button.click()
    expect(liza.panel).to_have_css("width", "500px")
    for method, value, name, seen in [
        ("setButtonSize", "500", "width", "100px"),
        ("setColors", "{ buttonBg: '#ffe08a', buttonText: '#ffffff' }", "color", "rgb(0, 0, 0)"),
        ("setColors", "{ buttonBg: '#102030', buttonText: '#203040' }", "color", "rgb(255, 255, 255)"),
        ("setColors", "{ buttonBg: 'navy', buttonText: 'yellow' }", "color", "rgb(255, 255, 0)"),
    ]:
        liza.page.evaluate(f"Chatra('{method}', {value})")
        expect(liza.button).to_have_css(name, seen)
    liza.page.evaluate("Chatra('setChatWidth', 1); Chatra('setChatHeight', 400); Chatra('setZIndex', 42)")
    expect(liza.panel).to_have_css("width", "275px")
    expect(liza.panel).to_have_css("height", "400px")
    expect(liza.page.locator("#chatra")).to_have_css("z-index", "42")


def test_a_button_of_the_page_s_own_a_late_start_and_no_link(website: Website, liza: Guest) -> None:
    options = "{ customWidgetButton: '.ask', deferredLoading: true, disableChatOpenHash: true }"
    late = "<script>addEventListener('load', () => { loadedFirst = !document.getElementById('chatra') })</script>"
    body = "<a href='#chatraChatExpanded'>By a link</a>"
    liza.visit(website.page(late + setup(options), body=body))
    expect(liza.page.locator("#chatra")).to_be_attached()
    assert liza.page.evaluate("loadedFirst")
    expect(liza.button).to_have_count(0)
    liza.page.get_by_text("By a link").click()
    # The page brings its button whenever it likes.
    liza.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button class=ask><b>Ask us</b></button>')")
    expect(liza.panel).to_be_hidden()
    liza.page.get_by_text("Ask us").click()
    expect(liza.box).to_be_focused()
    assert liza.page.evaluate("Chatra._chatExpanded")
    liza.page.get_by_text("Ask us").click()
    expect(liza.panel).to_be_hidden()


@pytest.mark.parametrize("place", ["'#place'", "document.getElementById('place')", "['#elsewhere', 'no[', 'place']"])
def test_the_chat_follows_its_place_in_the_page(website: Website, liza: Guest, place: str) -> None:
    page = website.page("", body="<div id='place' style='height:400px'></div>")
    liza.visit(page)
    liza.page.evaluate(f"ChatraSetup = {{ mode: 'frame', injectTo: {place} }}; ChatraID = '{KEY}'")
    liza.page.evaluate("(src) => document.head.append(Object.assign(document.createElement('script'), { src }))",
                       website.values["script"])  # fmt: skip
    inside = liza.page.locator("#place #chatra.chatra--frame iframe")
    expect(inside).to_be_visible()
    # Frameworks take places away and bring them back.
    liza.page.evaluate("kept = document.getElementById('place'); kept.remove()")
    expect(liza.page.locator("body > #chatra:not(.chatra--frame)")).to_be_attached()
    expect(liza.button).to_be_visible()
    liza.page.evaluate("document.body.append(kept)")
    expect(inside).to_be_visible()
    expect(liza.page.locator("#chatra")).to_have_count(1)


def test_words_of_the_page(chat: RunningChat, website: Website, liza: Guest) -> None:
    words = """{ buttonStyle: 'tab', locale: {
        customStrings: { welcome: 'Ahoy!', chatWithUs: 'Speak up' }, chat: { input: { placeholder: 'Say it here' } },
        messageTypes: { joined: '{{#username}} came aboard' } } }"""
    liza.visit(website.page(setup(words)))
    expect(liza.button).to_have_text("Speak up")
    expect(liza.button).to_have_accessible_name("Speak up")
    liza.button.click()
    expect(liza.chat.get_by_text("Ahoy!")).to_be_visible()
    liza.chat.get_by_label("Say it here").fill("Hello")
    liza.chat.get_by_label("Say it here").press("Enter")
    expect(liza.message("Hello")).to_contain_text("sent")
    chat.answer("Good day")
    expect(liza.chat.get_by_text("Olga came aboard")).to_be_visible()
    liza.page.evaluate("Chatra('setLocale', { chat: { input: { placeholder: 'Да?' } } })")
    expect(liza.chat.get_by_label("Да?")).to_be_visible()


def test_s22_words_of_the_page_while_nobody_is_there(chat: RunningChat, website: Website, liza: Guest) -> None:
    chat.run("DELETE FROM chat_agent")
    words = """{ buttonStyle: 'tab', locale: {
        customStrings: { chatWithUs: 'Speak up', leaveUsAMessage: 'Leave a note', offlineNote: 'We read it at dawn.' },
        messageTypes: { agentsOffline: 'All are asleep.' } } }"""
    liza.visit(website.page(setup(words)))
    expect(liza.button).to_have_text("Speak up")
    liza.open()
    expect(liza.chat.locator("#promise")).to_have_text("All are asleep. We read it at dawn.")
    expect(liza.button).to_have_text("Leave a note")
    expect(liza.chat.get_by_text("Leave a note")).to_be_visible()

    liza.write("Good night")
    expect(liza.message("Good night")).to_contain_text("sent")
    chat.answer("Good morning")
    expect(liza.message("Good morning")).to_be_visible()
    expect(liza.chat.locator("#promise")).to_be_hidden()
    expect(liza.button).to_have_text("Speak up")


def test_what_the_page_says_by_itself_is_said_once_and_is_no_enquiry(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    say = "<script>Chatra('sendAutoMessage', 'Looking for a spade?')</script>"
    for path in ("/", "/next"):
        liza.visit(website.page(SNIPPET + say, path=path))
        expect(liza.button).to_be_visible()
        liza.page.evaluate("Chatra('sendAutoMessage', { text: 'Looking for a spade?' })")
        expect(liza.page.locator("#chatra__badge")).to_have_text("1")
    assert chat.run("SELECT count(*) FROM chat_visitor") == [(0,)]
    liza.open()
    expect(liza.message("Looking for a spade?")).to_have_count(1)
    expect(liza.page.locator("#chatra__badge")).to_be_empty()
    liza.write("For a rake")
    expect(liza.message("For a rake")).to_contain_text("sent")
    told = "SELECT type, text, is_pushed FROM chat_message ORDER BY number"
    assert chat.run(told) == [("agent", "Looking for a spade?", True), ("client", "For a rake", False)]
    expect(liza.message("Looking for a spade?")).to_have_count(1)
    liza.visit(website.page(SNIPPET + say))
    liza.open()
    expect(liza.message("For a rake")).to_be_visible()
    expect(liza.message("Looking for a spade?")).to_have_count(1)


def counters(options: str) -> str:
    """A page with two counters of its own, which note what they are told."""
    return (
        "<script>told = []; gtag = (...all) => told.push(['gtag', ...all]); ym = (...all) => told.push(['ym', ...all])"
        "</script>" + setup(options)
    )


def test_counters_of_the_page_are_told_unless_it_says_no(chat: RunningChat, website: Website, liza: Guest) -> None:
    hear = "onAnalyticEvent: (name) => told.push(['page', name])"
    liza.visit(website.page(counters(f"{{ gaTrackingId: 'G-1', yaCounterId: 77, {hear} }}")))
    liza.open()
    liza.write("Hello")
    expect(liza.message("Hello")).to_contain_text("sent")
    chat.answer("Good day")
    expect(liza.message("Good day")).to_be_visible()
    names = ["Chat opened", "Message sent", "Chat started", "Message received"]
    liza.page.wait_for_function(f"told.length === {3 * len(names)}")
    told: list[list[Any]] = liza.page.evaluate("told")
    assert [one[1] for one in told if one[0] == "page"] == names
    assert ["gtag", "event", "Chat started", {"event_category": "Chatra", "send_to": "G-1"}] in told
    assert ["ym", 77, "reachGoal", "chatra_chat_started"] in told

    liza.visit(
        website.page(counters(f"{{ disableGaTracking: true, disableYaTracking: true, yaCounterId: 77, {hear} }}"))
    )
    # It was open on the page before, and opens by itself.
    expect(liza.box).to_be_visible()
    liza.page.wait_for_function("told.length > 0")
    assert {one[0] for one in liza.page.evaluate("told")} == {"page"}
    assert not [call for call in liza.calls if "google" in call or "yandex" in call]


def test_each_account_of_the_site_has_its_own_conversation(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    for client, text in [("liza-7", "I am Liza"), ("oleg-8", "I am Oleg"), ("", "I am nobody")]:
        expect(liza.button).to_be_visible()
        liza.page.evaluate(f"ChatraSetup = {{ clientId: '{client}' }}; Chatra('restart'); Chatra('openChat', true)")
        expect(liza.box).to_be_visible()
        expect(liza.chat.get_by_text("we read every message")).to_be_visible()
        liza.write(text)
        expect(liza.message(text)).to_contain_text("sent")
        assert liza.chat.locator(".bubble").count() == 1
    # The name he is given by the chat is random, of two accounts it is the site's.
    ids = {name for (name,) in chat.run("SELECT public_id FROM chat_visitor")}
    assert len(ids) == 3 and {"liza-7", "oleg-8"} < ids
    liza.page.evaluate(
        "ChatraSetup = { clientId: 'liza-7' }; Chatra('kill'); Chatra('restart'); Chatra('expandWidget')"
    )
    expect(liza.message("I am Liza")).to_be_visible()
    assert liza.chat.locator(".bubble").count() == 1


def test_an_application_of_one_page_goes_on_after_its_body_was_exchanged(website: Website, liza: Guest) -> None:
    twice = SNIPPET + "<script async src='%(script)s'></script>"
    liza.visit(website.page(twice))
    expect(liza.button).to_be_visible()
    liza.page.evaluate("document.body = document.createElement('body'); Chatra('pageView')")
    liza.open()
    expect(liza.page.locator("#chatra")).to_have_count(1)
    # Methods that need an object are forgiving.
    liza.page.evaluate(
        "Chatra('setIntegrationData', null); Chatra('updateIntegrationData', { a: null }); Chatra('setGroupId', null);"
        "Chatra('setColors'); Chatra('setLocale', null); Chatra('sendAutoMessage'); Chatra('openChat', false)"
    )
    expect(liza.box).to_be_visible()
