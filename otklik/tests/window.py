"""An employee before the desk, in a browser of his own."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from otklik.tests.product import Product

PATIENCE = 30_000


class Window:
    """Signed in to the desk. What a page complains of is kept: a test that ends well has no complaints."""

    def __init__(self, browser: Browser, product: Product, *, signed_in: Any = None, **options: Any) -> None:
        self.product = product
        self.context: BrowserContext = browser.new_context(
            **{"locale": "en-US", "storage_state": signed_in, "base_url": product.address, **options}
        )
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dismiss)
        page.on("console", lambda said: self._listen(said.type, said.text))
        return page

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _listen(self, kind: str, text: str) -> None:
        # That a server is away the browser and htmx tell in their own words; it is no fault of a page.
        if kind == "error" and "net::" not in text and not text.startswith("htmx:"):
            self.complaints.append(text)

    def sign_in(self, who: str) -> None:
        email, password = self.product.sign_in_of(who)
        self.page.goto("/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("input[name=password]").press("Enter")
        expect(self.page.locator("#chronicle")).to_be_visible()

    # ---- the chronicle

    def watch_chronicle(self) -> None:
        """Opens it and marks the page, so that a reload would be seen."""
        self.page.goto("/")
        self.page.evaluate("window.openedOnce = true")

    def is_same_page(self) -> bool:
        return bool(self.page.evaluate("window.openedOnce === true"))

    @property
    def top_entry(self) -> Locator:
        return self.page.locator("#chronicle .entry").first

    # ---- a task

    def open_task(self, number: int) -> None:
        self.page.goto(f"/tasks/{number}/")
        self.page.evaluate("window.openedOnce = true")

    def read_on(self) -> None:
        """Goes to the end of the talk, as somebody who reads all of it."""
        self.page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
        expect(self.page.get_by_role("button", name="New comments")).to_be_hidden()

    @property
    def composer(self) -> Locator:
        return self.page.locator("message-composer textarea")

    def reply(self, text: str) -> None:
        self.page.locator("label.mode--reply").click()
        self._send(text)

    def note(self, text: str) -> None:
        self.page.locator("label.mode--note").click()
        self._send(text)

    def notify(self, whom: str) -> None:
        """Chooses who hears of what is written next."""
        self.page.get_by_title("Choose whom to notify").click()
        self.page.get_by_label(whom, exact=True).check()
        # The list lies over the modes as long as it is open.
        self.page.keyboard.press("Escape")

    def _send(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Control+Enter")
        expect(self.composer).to_have_value("")
        expect(self.line(text)).to_be_visible()

    def line(self, text: str) -> Locator:
        """The comment with this text, in the feed or as the opening."""
        return self.page.locator("article.comment", has_text=text)

    def mark(self, text: str) -> Locator:
        """How far the reply with this text has come."""
        return self.line(text).locator(".mark")

    def screen(self) -> list[str]:
        """What the page of a task says now, part by part. Without white space: a page that is being laid out at this
        moment may leave some out."""
        parts = "#task-header, #opening, #feed .comment, #feed .line, #feed .feed__day, #task-side"
        words = ["".join(text.split()) for text in self.page.locator(parts).all_inner_texts()]
        # Only its author is offered to correct a reply.
        return [word.replace("EditWithdraw", "") for word in words]
