"""Wherever somebody stands in the desk, its navigation is above him."""

from __future__ import annotations

from otklik.desk.models import Employee
from otklik.desk.tests.screens.stage import signed_in
from otklik.integrations.tests.every_address import World
from otklik.integrations.tests.test_matrix import liza, oleg, shop_chat, world

__all__ = ["liza", "oleg", "shop_chat", "world"]


def test_every_page_of_the_desk_has_the_navigation(world: World, olga: Employee) -> None:
    browser = signed_in(olga)
    without = []
    for address in world.addresses():
        answer = browser.get(address.path)
        content = answer.getvalue()
        is_page = content.lstrip().startswith(b"<!doctype html>")
        if is_page and b'<nav class="nav"' not in content:
            without.append(address.name)
    assert without == []
