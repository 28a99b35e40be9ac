"""More tabs of the desk than a browser has connections to one host."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from otklik.desk.models import Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser

# A browser opens so many to a host, and a stream keeps one.
CONNECTIONS = 6
# Without a screen each tab counts as one in sight; here only that which is looked at.
OUT_OF_SIGHT = "Object.defineProperty(document, 'visibilityState', { get: () => globalThis.sight ?? 'hidden' })"
LOOK = "(sight) => { globalThis.sight = sight; document.dispatchEvent(new Event('visibilitychange')); }"


def test_however_many_tabs_are_open_each_loads_and_is_fresh_when_looked_at(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)
    streams: list[str] = []

    def tab() -> Page:
        page = seat.context.new_page()
        page.add_init_script(OUT_OF_SIGHT)
        page.on("request", lambda asked: streams.append(asked.url) if "/live/stream?" in asked.url else None)
        page.goto(f"/tasks/{task.number}/")
        return page

    tabs = [tab() for _ in range(CONNECTIONS + 2)]

    liza.says("Are you there?")
    expect(seat.line("Are you there?")).to_be_visible()
    # What the counter says is passed on to those that sleep.
    for one in tabs:
        expect(one).to_have_title("(1) Liza (Chatra) · Otklik")
    assert len(streams) < CONNECTIONS - 1, "the others still load"

    # Whoever goes through all of them finds each as it is now.
    for one in [*tabs, *tabs]:
        one.evaluate(LOOK, "visible")
        expect(one.locator("live-stream[data-state=on]").first).to_be_attached()
        expect(one.locator(".comment", has_text="Are you there?")).to_be_visible()
        one.evaluate(LOOK, "hidden")
    liza.says("Hello?")
    expect(tabs[-1].locator(".comment", has_text="Hello?")).to_be_visible()
    # The latest ones go, and others have the turn.
    for one in [seat.page, *tabs[1:]]:
        one.goto("about:blank")
    liza.says("Anybody?")
    expect(tabs[0].locator(".comment", has_text="Anybody?")).to_be_visible()
