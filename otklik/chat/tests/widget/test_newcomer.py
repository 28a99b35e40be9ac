"""Vera is invited, makes an account, and looks at every page of the site's administration."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from otklik.chat.site_nav import PAGES
from otklik.chat.tests.widget.conftest import Guests
from otklik.chat.tests.widget.running_chat import KEY, RunningChat
from otklik.chat.tests.widget.website import Website
from otklik.lib.tokens import digest

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
BELOW = ("groups/new/", "copy/", "conversations/")
PASSWORD = "correct horse battery"


def faults(page: Page) -> list[tuple[str, list[str]]]:
    # A script element, the library's own way in, is refused by the policy of the pages.
    found = page.evaluate(f"() => {{ {AXE}; return axe.run({{ iframes: false }}) }}")["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


@pytest.fixture
def invitation(chat: RunningChat) -> str:
    """The path of a link that makes one person an administrator of the site."""
    chat.run("INSERT INTO people_user (email, name, password, language, timezone, is_active, is_superuser, created_at) "
             "VALUES ('olga@example.com', 'Olga', '!', '', '', true, false, now()) ON CONFLICT DO NOTHING")  # fmt: skip
    chat.run("DELETE FROM chat_invitation")
    chat.run("INSERT INTO chat_invitation (site_id, digest, name, is_administrator, created_at, expires_at) "
             "SELECT id, %s, 'Vera', true, now(), now() + interval '1 day' "
             "FROM chat_site", digest("TOKEN"))  # fmt: skip
    return "/chat/join/TOKEN/"


def test_an_invited_person_finds_nothing_that_axe_objects_to(
    chat: RunningChat, website: Website, guests: Guests, invitation: str
) -> None:
    vera = guests(reduced_motion="reduce")
    found = {}

    def look(address: str) -> None:
        for scheme in ("light", "dark"):
            vera.page.emulate_media(color_scheme=scheme)
            if wrong := faults(vera.page):
                found[f"{address}, {scheme}"] = wrong

    vera.visit(chat.address + invitation)
    look("the link")
    vera.page.get_by_role("link", name="Sign up").click()
    look("sign-up")
    for field, value in {"Your name": "Vera", "Email": "vera@example.com"}.items():
        vera.page.get_by_label(field, exact=True).fill(value)
    for box in vera.page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    vera.page.locator("input[type=password]").last.press("Enter")
    vera.page.get_by_role("button", name="Join").click()
    expect(vera.page.get_by_role("status")).to_contain_text("You answer visitors of")

    site = f"{chat.address}/chat/sites/{KEY}/"
    vera.visit(site)
    own = vera.page.get_by_role("navigation", name="Settings of the site").get_by_role("link")
    assert own.count() == len(PAGES)
    addresses = [chat.address + str(link.get_attribute("href")) for link in own.all()]
    for address in [*addresses, *(site + rest for rest in BELOW)]:
        vera.visit(address)
        expect(vera.page.get_by_role("heading", level=1)).to_be_visible()
        look(address.removeprefix(site))
    assert found == {}


def test_the_open_menu_of_the_widget_is_fine_in_light_and_dark(website: Website, guests: Guests) -> None:
    for scheme in ("light", "dark"):
        liza = guests(color_scheme=scheme, reduced_motion="reduce")
        liza.visit(website.page())
        liza.open()
        liza.write("Hello")
        expect(liza.message("Hello")).to_contain_text("sent")
        liza.chat.get_by_role("button", name="More").click()
        expect(liza.chat.get_by_role("menuitem", name="Download the conversation")).to_be_visible()
        frame = liza.page.frames[1]
        found = frame.evaluate(f"() => {{ {AXE}; return axe.run() }}")["violations"]
        assert [fault["id"] for fault in found] == []
