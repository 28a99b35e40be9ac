"""How a person comes to an open chat."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


def open_chat(button: Locator, box: Locator) -> None:
    """Ends with the chat open. For a visitor who came back it opens by itself, and a click may meet that half way: a
    person who sees it closed again clicks once more."""
    expect(button).to_be_attached()
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    expect(box).to_be_visible()
