"""Wherever somebody stands in the desk, its navigation is above him."""

from __future__ import annotations

from typing import Any

from otklik.desk.tests.screens.stage import signed_in
from otklik.integrations.tests.test_matrix import addresses, liza, people, shop_chat, things

__all__ = ["liza", "people", "shop_chat"]


def test_every_page_of_the_desk_has_the_navigation(people: dict[str, Any]) -> None:
    browser = signed_in(people["olga"])
    without = []
    for name, address in addresses(things(people)):
        answer = browser.get(address)
        is_page = not getattr(answer, "streaming", False) and answer.content.lstrip().startswith(b"<!doctype html>")
        if is_page and b'<nav class="nav"' not in answer.content:
            without.append(name)
    assert without == []
