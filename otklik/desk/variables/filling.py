from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from otklik.desk.variables.naming import is_known, is_of_talk, value_of
from otklik.desk.variables.scene import Scene

# No spaces beside the name's own group: two that both take them would try every way to share a long run of them out.
FILLED = re.compile(r'\{\{((?:"[^"{}]{1,100}"|[^{}|"]){1,200})(?:\|([^{}]{0,200}))?\}\}')
Otherwise = Callable[[re.Match[str], bool], str]


class Filled(NamedTuple):
    """`missing`: known words that have no value here and no fallback; they stand in the text as they were."""

    text: str
    missing: list[str]


def fill(text: str, scene: Scene) -> Filled:
    """Values are plain text; inside an address they are percent-encoded. What is no variable of ours is nothing (§12:
    unknown is empty)."""
    missing: list[str] = []

    def otherwise(found: re.Match[str], known: bool) -> str:
        if not known:
            return ""
        missing.append(found[1].strip())
        return found[0]

    return Filled(_replaced(text, scene, otherwise), missing)


def filled(text: str, scene: Scene, *, unknown_stays: bool = False) -> str:
    """For texts that nobody looks at before they go: what is not known is empty (§12). `unknown_stays`: for what a
    person typed, where other things may stand in such braces."""
    return _replaced(text, scene, lambda found, known: found[0] if unknown_stays and not known else "")


def left_in(text: str) -> str:
    """The first of our variables that still stands in a text, or nothing: such a text is not ready to be sent."""
    names = (found[1].strip() for found in FILLED.finditer(text))
    return next((name for name in names if is_known(name)), "")


def tells_talk(text: str) -> bool:
    """Whether one of its variables brings along what was said."""
    return any(is_of_talk(found[1]) for found in FILLED.finditer(text))


def unknown_in(text: str) -> str:
    """The first variable of a text that there is not, or nothing."""
    return next(iter(all_unknown_in(text)), "")


def all_unknown_in(text: str) -> list[str]:
    """As they are written."""
    names = dict.fromkeys(found[1].strip() for found in FILLED.finditer(text))
    return [name for name in names if not is_known(name)]


def _replaced(text: str, scene: Scene, otherwise: Otherwise) -> str:
    """Once: what stands in a value is text."""
    parts: list[str] = []
    end, in_address = 0, False
    for found in FILLED.finditer(text):
        between = text[end : found.start()]
        in_address = _is_in_address(between, in_address)
        known = value_of(found[1], scene)
        value = known or (found[2] or "").strip()
        if not value and (known is None or found[2] is None):
            value = otherwise(found, known is not None)
        elif in_address:
            value = quote(value, safe="")
        parts += [between, value]
        end = found.end()
    return "".join([*parts, text[end:]])


def _is_in_address(between: str, was: bool) -> bool:
    """Whether the text before a word ends within an address; `was`: whether the word before this one stood in one."""
    *before, last = re.split(r"\s", between.lower())
    return (was and not before) or "http://" in last or "https://" in last
