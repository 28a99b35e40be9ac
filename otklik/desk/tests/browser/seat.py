"""An employee at a browser, and what he sees of the desk."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from otklik.desk.models import Employee, Task
from otklik.desk.tests.browser.running_desk import RunningDesk
from otklik.desk.tests.screens.stage import signed_in
from otklik.people.sides import COOKIES

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 15_000
CURE = "No Chromium was found: install it (on Debian: apt-get install chromium) to test the desk in a browser."


def browser_program() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("OTKLIK_REQUIRE_BROWSER") == "1":
        pytest.fail(CURE)
    if found is None:
        pytest.skip(CURE)
    return found


class Seat:
    def __init__(self, browser: Browser, desk: RunningDesk, employee: Employee | None, **options: Any) -> None:
        self.desk = desk
        self.context = browser.new_context(**{"locale": "en-US", "base_url": desk.address, **options})
        self.context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        if employee:
            key = signed_in(employee).cookies[COOKIES["desk"]].value
            self.context.add_cookies([{"name": COOKIES["desk"], "value": key, "url": desk.address}])
        self.errors: list[str] = []
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if "Content Security" in said.text else None)

    def open(self, address: str) -> None:
        """Opens a page and waits until it hears of changes."""
        with self.page.expect_request("**/live/stream?*"):
            self.page.goto(address)
        expect(self.page.locator("live-stream[data-state=on]").first).to_be_attached()

    def open_task(self, task: Task) -> None:
        self.open(f"/tasks/{task.number}/")

    @property
    def text(self) -> Locator:
        return self.page.locator("textarea[name=text]")

    def line(self, text: str) -> Locator:
        return self.page.locator(".comment", has_text=text)

    def write(self, text: str, mode: str = "Reply to the client") -> None:
        self.page.locator("#composer-modes").get_by_text(mode, exact=True).click()
        self.text.fill(text)
        self.text.press("Control+Enter")
