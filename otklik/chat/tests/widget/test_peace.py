"""The widget does no harm to the page on which it stands."""

import pytest
from playwright.sync_api import Route, expect

from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.guest import Guest
from otklik.chat.tests.widget.line import State
from otklik.chat.tests.widget.running_chat import KEY, RunningChat
from otklik.chat.tests.widget.website import SNIPPET, Website

pytestmark = pytest.mark.browser

SHIFTS = """<script>
  shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value }))
    .observe({ type: 'layout-shift', buffered: true });
</script>"""
OWN = "<script async src='%(script)s?key=%(key)s'></script>"
# Who may not look may not have written either. The pages of the tab (S15) end with the tab.
WRITTEN = """() => {
  try {
    const ofTab = Object.keys(sessionStorage).filter((name) => !name.endsWith(':pages'));
    return localStorage.length + ofTab.length + document.cookie.length;
  } catch {
    return 0;
  }
}"""


def test_one_small_file_before_intent_no_shift_and_nothing_that_lasts_before_he_writes(
    chat: RunningChat, website: Website, liza_anyhow: Guest
) -> None:
    chat.run("INSERT INTO chat_look (site_id, button_bg, button_text, client_bubble_bg, agent_bubble_bg, chat_bg, "
             "button_style, button_position, button_size, chat_width, chat_height, has_round_pictures) "
             "SELECT id, '#123456', '', '', '', '', 'round', 'bl', 70, 380, 600, false FROM chat_site "
             "ON CONFLICT DO NOTHING")  # fmt: skip
    liza = liza_anyhow
    try:
        liza.visit(website.page(SHIFTS + OWN, body="<p>Spades</p>" * 50))
        # The site's look is there at once, from the one file.
        expect(liza.button).to_have_css("background-color", "rgb(18, 52, 86)")
        assert liza.page.locator("#chatra.chatra--pos-left").is_visible()
        liza.page.wait_for_load_state("networkidle")
        ours = f"{chat.address}/chatra.js?key={KEY}"
        assert [call for call in liza.calls if call.startswith(chat.address)] == [ours]
        assert liza.page.evaluate("shift") == 0
        liza.open()
        expect(liza.chat.get_by_text("we read every message")).to_be_visible()
        assert [liza.page.evaluate(WRITTEN), liza.page.frames[1].evaluate(WRITTEN)] == [0, 0]
        assert liza.context.cookies() == []
        liza.write("Hello")
        expect(liza.message("Hello")).to_contain_text("sent")
        assert liza.page.evaluate("localStorage.length") > 0
        assert liza.context.cookies() == []
    finally:
        chat.run("DELETE FROM chat_look")


def test_a_site_s_look_comes_later_to_a_page_with_another_snippet(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    chat.run("INSERT INTO chat_look (site_id, button_bg, button_text, client_bubble_bg, agent_bubble_bg, chat_bg, "
             "button_style, button_position, button_size, chat_width, chat_height, has_round_pictures) "
             "SELECT id, '#123456', '', '', '', '', 'tab', 'bl', 70, 450, 600, true FROM chat_site")  # fmt: skip
    try:
        mine = "<script>ChatraSetup = { colors: { buttonText: '#ffffff' }, chatHeight: 500 }</script>"
        liza.visit(website.page(mine + SNIPPET))
        liza.open()
        expect(liza.button).to_have_css("background-color", "rgb(18, 52, 86)")
        expect(liza.panel).to_have_css("width", "450px")
        # What the page wants comes first, and the button stays what it was.
        expect(liza.panel).to_have_css("height", "500px")
        expect(liza.page.locator("#chatra.chatra--style-round.chatra--pos-right")).to_be_attached()
    finally:
        chat.run("DELETE FROM chat_look")


@pytest.mark.parametrize("part", ["chatra-rest.js", "widget/frame/"])
@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_answers_with_an_error_is_told_in_the_panel(
    website: Website, liza: Guest, part: str, status: int
) -> None:
    broken = True

    def answer(route: Route) -> None:
        if broken:
            route.fulfill(status=status, body="<h1>Error</h1>", content_type="text/html")
        else:
            route.continue_()

    liza.context.route(f"**/{part}*", answer)
    liza.visit(website.page())
    liza.button.click()
    expect(liza.page.get_by_role("status")).to_have_text("The chat does not answer. We keep trying.")
    assert liza.page.get_by_role("heading", name="Garden tools").is_visible()
    broken = False
    expect(liza.box).to_be_visible(timeout=30_000)


def test_what_was_typed_stays_while_the_server_is_silent(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    liza.open()
    liza.box.fill("Do you sell")
    chat.line.set(State.SILENT)
    liza.box.press_sequentially(" spades?")
    liza.box.press("Enter")
    expect(liza.message("Do you sell spades?")).to_be_visible()
    liza.box.fill("And rakes")
    chat.line.set(State.OPEN)
    liza.page.reload()
    # It was open, and opens by itself.
    expect(liza.box).to_be_visible()
    expect(liza.box).to_have_value("And rakes")
    expect(liza.message("Do you sell spades?")).to_contain_text("sent", timeout=30_000)


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'self'; script-src %(chat)s; frame-src %(chat)s; style-src 'self'",
        "default-src 'self'; script-src 'nonce-n'; frame-src %(chat)s; style-src 'self'",
        "default-src 'self'; script-src 'nonce-n' 'strict-dynamic'; frame-src %(chat)s; style-src 'self'",
    ],
    ids=["by its address", "by a nonce", "by trust in what is trusted"],
)
def test_a_strict_policy_needs_the_documented_line(website: Website, guests: Guests, policy: str) -> None:
    liza = guests()
    blocked: list[str] = []
    liza.page.on("console", lambda said: blocked.append(said.text) if "chat" in said.text.lower() else None)
    head = "<script async nonce='n' src='%(script)s?key=%(key)s'></script>"
    liza.visit(website.page(head, headers={"Content-Security-Policy": policy}))
    expect(liza.page.locator("#chatra")).to_have_css("position", "fixed")
    liza.open()
    expect(liza.page.locator("#chatra__iframe")).to_have_css("position", "absolute")
    assert blocked == []
