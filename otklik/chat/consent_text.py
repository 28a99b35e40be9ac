"""A consent's text with its links, written as `[words](https://address)`. Nothing else in it is more than text."""

from __future__ import annotations

import re

from otklik.lib.links import clean_link

LINK = re.compile(r"\[([^\[\]]{1,300})\]\(((?:[^()\s]|\([^()\s]*\)){1,2000})\)")
ADDRESS = re.compile(r"\]\(([^\s)]*)")


def parts_of(text: str) -> list[tuple[str, str]]:
    """Words, each with its address or none. What is no http or https address stays text."""
    parts: list[tuple[str, str]] = []
    end = 0
    for found in LINK.finditer(text):
        if address := clean_link(found[2]):
            parts += [(text[end : found.start()], ""), (found[1], address)]
            end = found.end()
    return [(words, address) for words, address in [*parts, (text[end:], "")] if words]


def wrong_link(text: str) -> str:
    """The first address in it that no link may have; empty: there is none."""
    return next((found[1] or found[0] for found in ADDRESS.finditer(text) if not clean_link(found[1])), "")
