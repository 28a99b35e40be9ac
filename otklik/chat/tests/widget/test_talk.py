"""What the two sides see of each other while they talk, and what the visitor has for it."""

from pathlib import Path

import pytest
from playwright.sync_api import Frame, expect

from otklik.chat.tests.widget.guest import Guest
from otklik.chat.tests.widget.line import State
from otklik.chat.tests.widget.running_chat import KEY, RunningChat
from otklik.chat.tests.widget.test_access import AXE
from otklik.chat.tests.widget.website import Website
from otklik.lib.tests.pictures import picture

pytestmark = pytest.mark.browser

# Counts the tones that a device without loudspeakers cannot let us hear.
EARS = """const start = OscillatorNode.prototype.start;
  window.tones = 0;
  OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };"""

# As the browser hands over what a person drops.
DROP = """(target, [bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
  for (const type of ['dragover', 'drop'])
    target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


# How many files the frame keeps on the device.
KEPT = """(key) => new Promise((resolve) => {
  indexedDB.open(`otklik:${key}`, 1).onsuccess = ({ target: { result } }) => {
    const request = result.transaction('files').objectStore('files').count();
    request.onsuccess = () => resolve(request.result);
  };
})"""


def frame(guest: Guest) -> Frame:
    handle = guest.page.locator("#chatra__iframe").element_handle()
    found = handle.content_frame() if handle else None
    assert found is not None
    return found


def begin(guest: Guest, website: Website, text: str = "Do you sell spades?") -> None:
    guest.visit(website.page())
    guest.open()
    guest.write(text)
    expect(guest.message(text)).to_contain_text("sent")


def test_each_side_sees_the_other_type_and_liza_sees_what_was_read(
    chat: RunningChat, website: Website, liza: Guest
) -> None:
    begin(liza, website)
    expect(liza.chat.locator("#connection")).to_be_hidden()
    line = liza.chat.locator("#typing")
    expect(line).to_be_hidden()
    # The stream is there once something came by it.
    chat.answer("We do.")
    expect(liza.message("We do.")).to_be_visible()
    chat.call(f"clients/{chat.visitor()}/typing", agentEmail="olga@example.com", agentName="Olga")
    expect(line).to_have_text("Olga is typing")
    chat.answer("Three kinds.")
    expect(liza.message("Three kinds.")).to_be_visible()
    expect(line).to_be_hidden()

    # A screen reader hears each answer once, whatever is drawn anew.
    assert liza.chat.locator("#heard p").all_text_contents() == ["Olga: We do.", "Olga: Three kinds."]

    with liza.page.expect_request("**/widget/typing"):
        liza.box.press_sequentially("And")
    assert sum("widget/typing" in call for call in liza.calls) == 1

    [(said,)] = chat.run("SELECT public_id FROM chat_message WHERE type = 'client'")
    chat.call(f"messages/{said}/read")
    expect(liza.message("Do you sell spades?")).to_have_attribute("data-state", "read")


def test_emoji_menu_and_focus_by_keyboard_alone(chat: RunningChat, website: Website, liza: Guest) -> None:
    begin(liza, website)
    liza.box.fill("Thank you ")
    opener, panel = liza.chat.get_by_role("button", name="Emoji"), liza.chat.get_by_role("dialog", name="Emoji")
    opener.press("Enter")
    expect(panel).to_be_visible()
    frame(liza).evaluate(AXE)
    found = frame(liza).evaluate("axe.run().then(({ violations }) => violations.map((one) => one.id))")
    assert found == []
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "Enter"):
        liza.page.keyboard.press(key)
    expect(panel).to_be_hidden()
    expect(liza.box).to_be_focused()
    expect(liza.box).to_have_value("Thank you 🥰")

    # Escape closes what is open first, and the focus goes back to where it came from.
    opener.press("Enter")
    liza.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()
    more = liza.chat.get_by_role("button", name="More")
    more.press("Enter")
    expect(liza.chat.get_by_role("menuitemcheckbox", name="Sound of new answers")).to_be_focused()
    liza.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(liza.panel).to_be_visible()
    liza.page.keyboard.press("Escape")
    expect(liza.panel).to_be_hidden()
    expect(liza.button).to_be_focused()


def test_an_answer_sounds_when_liza_looks_elsewhere_until_she_switches_it_off(
    chat: RunningChat, website: Website, liza_with_open_storage: Guest
) -> None:
    liza = liza_with_open_storage
    liza.context.add_init_script(EARS)
    begin(liza, website)
    chat.answer("One")
    expect(liza.message("One")).to_be_visible()
    # She sees it: nothing sounds.
    assert frame(liza).evaluate("tones") == 0
    liza.page.locator("h1").click()
    liza.button.click()
    chat.answer("Two")
    frame(liza).wait_for_function("tones > 0")

    liza.open()
    liza.chat.get_by_role("button", name="More").click()
    switch = liza.chat.get_by_role("menuitemcheckbox", name="Sound of new answers")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    heard = frame(liza).evaluate("tones")
    liza.button.click()
    chat.answer("Three")
    expect(liza.page.locator("#chatra__badge")).to_have_text("1")
    assert frame(liza).evaluate("tones") == heard

    # It is remembered, and a page that nobody has touched is silent anyway.
    liza.page.reload()
    expect(liza.page.locator("#chatra__badge")).to_have_text("1")
    liza.open()
    liza.chat.get_by_role("button", name="More").click()
    expect(switch).to_have_attribute("aria-checked", "false")
    assert frame(liza).evaluate("tones") == 0


def test_liza_takes_her_conversation_along(chat: RunningChat, website: Website, liza: Guest) -> None:
    begin(liza, website, "<b>Bold</b> & שלום")
    chat.answer("Good day")
    expect(liza.message("Good day")).to_be_visible()
    liza.chat.get_by_role("button", name="More").click()
    with liza.page.expect_download() as download:
        liza.chat.get_by_role("menuitem", name="Download the conversation").click()
    assert download.value.suggested_filename.startswith("Garden tools 20")
    kept = Path(download.value.path()).read_text(encoding="utf-8")
    assert '<html lang="en" dir="ltr">' in kept and "&lt;b&gt;Bold&lt;/b&gt; &amp; שלום" in kept
    assert "Good day" in kept and ">Olga<" in kept
    # A text turns with its own words.
    expect(liza.message("שלום").locator(".bubble__text")).to_have_css("direction", "ltr")
    liza.write("שלום")
    expect(liza.message("שלום").last.locator(".bubble__text")).to_have_css("direction", "rtl")


def test_a_dropped_picture_survives_a_reload_before_it_is_uploaded(chat: RunningChat, liza: Guest) -> None:
    # The chat by itself: to frames of other sites Chromium gives no database.
    page = liza.page
    page.goto(f"{chat.address}/widget/frame/?key={KEY}&lang=en")
    box = page.get_by_label("Your message")
    box.fill("Hello")
    box.press("Enter")
    expect(page.locator(".bubble", has_text="Hello")).to_contain_text("sent")
    chat.line.set(State.DOWN)
    page.locator("#messages").evaluate(DROP, [list(picture()), "garden.png"])
    row = page.locator(".attachment", has_text="garden.png")
    expect(row.locator("img")).to_be_visible()
    # It is kept on the device before the page goes.
    page.wait_for_function(KEPT, arg=KEY)
    chat.line.set(State.OPEN)
    page.reload()
    expect(row).to_be_visible()
    box.fill("This is my garden.")
    box.press("Enter")
    expect(page.locator(".bubble", has_text="This is my garden.").locator(".file__preview")).to_be_visible()
    assert chat.run("SELECT name FROM chat_file WHERE message_id IS NOT NULL") == [("garden.png",)]


# To a page that is looked at, a test cannot make the browser say that it is not.
AWAY = """window.isAway = false;
  Object.defineProperty(document, 'hidden', { get: () => window.isAway });"""
LOOK = "(away) => { window.isAway = away; document.dispatchEvent(new Event('visibilitychange')); }"


def test_an_answer_calls_from_the_title_and_beside_the_button(chat: RunningChat, website: Website, liza: Guest) -> None:
    liza.context.add_init_script(AWAY)
    begin(liza, website)
    liza.button.click()
    expect(liza.panel).to_be_hidden()
    preview, page = liza.page.locator("#chatra__preview"), liza.page
    page.evaluate(LOOK, True)
    chat.answer("Come <b>in</b>")
    expect(preview).to_contain_text("Olga")
    expect(preview).to_contain_text("Come <b>in</b>")
    expect(page).to_have_title("(1) Garden tools")
    chat.answer("We are open")
    expect(page).to_have_title("(2) Garden tools")
    page.evaluate(LOOK, False)
    expect(page).to_have_title("Garden tools")
    preview.get_by_role("button", name="Hide this message").click()
    expect(preview).to_be_empty()
    expect(liza.button).to_be_focused()

    # A title that the page changes meanwhile is the page's.
    page.evaluate(LOOK, True)
    chat.answer("Until eight")
    expect(page).to_have_title("(3) Garden tools")
    page.evaluate("document.title = 'Sale'")
    chat.answer("Or nine")
    expect(preview).to_contain_text("Or nine")
    expect(page).to_have_title("Sale")
    page.evaluate(LOOK, False)
    preview.get_by_role("button", name="Or nine").click()
    expect(liza.message("Or nine")).to_be_visible()
    expect(page).to_have_title("Sale")
