from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Frame, expect

from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.guest import Guest
from otklik.chat.tests.widget.running_chat import RunningChat
from otklik.chat.tests.widget.website import SNIPPET, Website

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_by_keyboard_alone(website: Website, liza: Guest) -> None:
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    liza.page.keyboard.press("Tab")
    expect(liza.button).to_be_focused()
    liza.page.keyboard.press("Enter")
    expect(liza.box).to_be_focused()
    liza.page.keyboard.type("One line")
    liza.page.keyboard.press("Shift+Enter")
    liza.page.keyboard.type("and another")
    liza.page.keyboard.press("Enter")
    expect(liza.message("One line\nand another")).to_contain_text("sent")
    expect(liza.box).to_be_focused()
    expect(liza.box).to_have_value("")
    liza.page.keyboard.press("Escape")
    expect(liza.panel).to_be_hidden()
    expect(liza.button).to_be_focused()
    expect(liza.button).to_have_attribute("aria-expanded", "false")


def test_on_a_phone_the_chat_has_the_whole_screen(website: Website, guests: Guests) -> None:
    oleg = guests(**PHONE)
    oleg.visit(website.page())
    oleg.button.tap()
    expect(oleg.box).to_be_visible()
    expect(oleg.page.locator("#chatra.chatra--mobile-widget.chatra--expanded")).to_be_attached()
    oleg.page.wait_for_function("document.getElementById('chatra__iframe-wrapper').getBoundingClientRect().top === 0")
    assert oleg.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    # A smaller letter would make the phone zoom in.
    expect(oleg.box).to_have_css("font-size", "16px")
    oleg.chat.get_by_role("button", name="Close the chat").tap()
    expect(oleg.panel).to_be_hidden()
    expect(oleg.button).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["computer", "phone"])
def test_nothing_that_axe_objects_to(
    chat: RunningChat, website: Website, guests: Guests, device: dict[str, Any], scheme: str
) -> None:
    liza = guests(color_scheme=scheme, reduced_motion="reduce", **device)
    liza.visit(website.page())
    expect(liza.button).to_be_visible()
    _check(liza.page.main_frame)
    liza.open()
    liza.write("Look at https://example.com/spades")
    expect(liza.message("Look at")).to_contain_text("sent")
    chat.answer("Thank you")
    expect(liza.message("Thank you")).to_be_visible()
    expect(liza.chat.get_by_role("form", name="Your name and e-mail")).to_be_visible()
    for frame in liza.page.frames:
        _check(frame)


def test_a_site_s_own_colours_stay_readable_in_the_dark(website: Website, guests: Guests) -> None:
    colors = "{ buttonBg: '#ffd54a', buttonText: '#222222', clientBubbleBg: '#ffe9a8', chatBg: '#fffdf5' }"
    oleg = guests(color_scheme="dark", reduced_motion="reduce")
    oleg.visit(website.page(f"<script>window.ChatraSetup = {{ colors: {colors} }}</script>" + SNIPPET))
    oleg.open()
    oleg.write("Hello")
    expect(oleg.message("Hello")).to_contain_text("sent")
    _check(oleg.page.frames[1])


def _check(frame: Frame) -> None:
    # The library's own way in is a script element, which the frame's policy rightly refuses.
    found = frame.evaluate(f"() => {{ {AXE}; return axe.run() }}")
    problems = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
    # The page around the chat is the test's own.
    assert problems == []
