"""A visitor with a browser, and what he sees of the chat."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from otklik.tests.opening import open_chat

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 15_000
CURE = "No Chromium was found: install it (on Debian: apt-get install chromium) to test the widget in a browser."


def browser_program() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("OTKLIK_REQUIRE_BROWSER") == "1":
        pytest.fail(CURE)
    if found is None:
        pytest.skip(CURE)
    return found


class Guest:
    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.errors: list[str] = []
        self.calls: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        """Another tab of the same browser; what goes wrong in it is noted."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.calls.append(request.url))
        return page

    def visit(self, address: str) -> None:
        self.page.goto(address)

    @property
    def button(self) -> Locator:
        return self.page.locator("#chatra__button")

    @property
    def panel(self) -> Locator:
        return self.page.locator("#chatra__iframe-wrapper")

    @property
    def chat(self) -> FrameLocator:
        return frame_of(self.page)

    @property
    def box(self) -> Locator:
        return self.chat.get_by_label("Your message")

    def width(self) -> float:
        box = self.panel.bounding_box()
        assert box is not None
        return box["width"]

    def open(self) -> None:
        open_chat(self.button, self.box)

    def write(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def message(self, text: str) -> Locator:
        return message_in(self.page, text)


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("#chatra__iframe")


def message_in(page: Page, text: str) -> Locator:
    return frame_of(page).locator(".bubble", has_text=text)
