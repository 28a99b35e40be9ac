"""A visitor of the demo shop, in a browser of his own."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from otklik.tests.opening import open_chat


class Visitor:
    """A stranger to the chat until he writes. What goes wrong in his pages is kept."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def visit(self, path: str) -> None:
        self.page.goto(path)

    @property
    def button(self) -> Locator:
        return self.page.locator("#chatra__button")

    @property
    def badge(self) -> Locator:
        """How many messages wait, on the round button."""
        return self.page.locator("#chatra__badge")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("#chatra__iframe")

    @property
    def box(self) -> Locator:
        return self.chat.get_by_label("Your message")

    @property
    def messages(self) -> Locator:
        return self.chat.locator(".bubble")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def open(self) -> None:
        open_chat(self.button, self.box)

    def close(self) -> None:
        self.chat.get_by_role("button", name="Close the chat").click()
        expect(self.box).to_be_hidden()

    def write(self, text: str) -> None:
        """Types and sends; returns when the server has it."""
        self.hurry(text)
        expect(self.message(text)).to_contain_text("sent")

    def hurry(self, text: str) -> None:
        """Types and sends, whoever hears it."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.box).to_have_value("")

    def introduce(self, name: str, email: str) -> None:
        """The card appears by itself after the first message."""
        card = self.chat.locator("#introduce")
        card.get_by_label("Name", exact=True).fill(name)
        card.get_by_label("E-mail", exact=True).fill(email)
        card.get_by_role("button", name="Save").click()
        expect(card).to_be_hidden()
