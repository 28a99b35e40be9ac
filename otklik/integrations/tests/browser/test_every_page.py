"""Every page of the desk that its resolver knows, with real things on it: axe finds nothing in light and dark, it has
the navigation and one heading, fits a phone, and says nothing bad in the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, ViewportSize

from otklik.desk.actions import comments, trash
from otklik.desk.models import Employee, Group, Task
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in
from otklik.integrations.models import Connection
from otklik.integrations.tests.every_address import Cast, World, make

__all__ = ["liza", "oleg", "shop_chat"]

pytestmark = pytest.mark.browser

WIDE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
OWN = (
    "/accounts/settings/", "/accounts/password/change/", "/accounts/email/", "/accounts/2fa/",
    "/accounts/2fa/totp/activate/", "/accounts/logout/",
)  # fmt: skip
# Colours and panels have come to where they go; what changes them begins with the next frame.
ENDED = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    document.getAnimations()
        .filter(one => one.effect.getComputedTiming().endTime < Infinity).forEach(one => one.finish());
}"""


@pytest.fixture
def world(
    liza: Writer, oleg: Writer, olga: Employee, pavel: Employee, boris: Employee, support: Group, shop: Connection
) -> World:
    world = make(Cast(olga, pavel, boris, support, liza, oleg, shop))
    task = Task.objects.get(number=world.usual["number"])
    marks = {"due": "", "sent": "", "read": "", "failed": "Chatra refused the secret key.", "unknown": ""}
    for mark, note in marks.items():
        comments.mark([comments.add(task, by=pavel, text=f"Reply {mark}", kind="reply").pk], mark, note)
    comments.add(task, by=olga, text="https://shop.example.com/" + "long" * 100, kind="note")
    return world


def pages(world: World, liza: Writer, olga: Employee) -> Iterator[str]:
    """Of all addresses those that are whole pages, and some of them in another state."""
    browser = signed_in(olga)
    for address in world.addresses():
        answer = browser.get(address.path)
        is_html = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        if b"<html" in answer.getvalue() and is_html:
            yield address.path
    task = Task.objects.select_related("contact").get(number=world.usual["number"])
    assert task.contact
    contact = task.contact.number
    yield from OWN
    yield "/tasks/999999/"
    yield "/search/?q=hello&until=x"
    yield "/tasks/?show=all"
    yield f"/contacts/{contact}/data/?edit"
    yield f"/contacts/merge/?contact={contact}&contact={contact + 1}&q=o"
    yield f"/tasks/{trash.trash(liza.says('Is it gone?', on='tablet'), by=olga).number}/"


def faults(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


def wrong_with(page: Page) -> dict[str, Any]:
    """What is to be mended on the page before us, by the words for it."""
    found: dict[str, Any] = {"light": faults(page)}
    page.emulate_media(color_scheme="dark")
    page.evaluate(ENDED)
    found["dark"] = faults(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    page.evaluate(ENDED)
    found["phone"] = faults(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    found["width on a phone"] = width if width > PHONE["width"] else 0
    headings = page.locator("h1").count()
    found["headings"] = headings if headings != 1 else 0
    found["navigation"] = "" if page.locator("nav.nav").count() else "none"
    page.set_viewport_size(WIDE)
    return {name: fault for name, fault in found.items() if fault}


def test_every_page_is_whole(world: World, liza: Writer, olga: Employee, seats: Seats) -> None:
    seat = seats(olga, viewport=WIDE)
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A page that is not there says so.
        if message.type == "error" and "999999" not in message.location.get("url", ""):
            said.append(message.text)

    seat.page.on("console", hear)
    found: dict[str, Any] = {}
    for address in pages(world, liza, olga):
        said.clear()
        seat.page.goto(address)
        if wrong := wrong_with(seat.page) | ({"console": list(said)} if said else {}):
            found[address] = wrong
    assert found == {}
