"""Somebody before the chat's own console, in a browser of his own."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Locator, expect

from otklik.tests.product import Product
from otklik.tests.window import Window


class Console(Window):
    """Signed in to the chat."""

    def __init__(self, browser: Browser, product: Product, who: str, **options: Any) -> None:
        super().__init__(browser, product, **options)
        email, password = product.sign_in_of(who)
        self.page.goto("/chat/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator(".console")).to_be_visible()
        self.page.evaluate("window.openedOnce = true")

    def chat(self, text: str) -> Locator:
        """The line of the list with this last message, the newest if a first try of the test left one."""
        return self.page.locator(".chat-line", has_text=text).first

    def open(self, text: str) -> None:
        self.chat(text).click()
        expect(self.said(text)).to_be_visible()
        self.page.evaluate("window.openedOnce = true")

    def said(self, text: str) -> Locator:
        return self.page.locator(".said", has_text=text)

    @property
    def box(self) -> Locator:
        return self.page.locator("message-composer textarea")

    def write(self, text: str, mode: str = "Answer") -> None:
        self.page.locator("label.mode", has_text=mode).click()
        self.box.fill(text)
        self.box.press("Control+Enter")
        expect(self.box).to_have_value("")
        expect(self.said(text)).to_be_visible()
