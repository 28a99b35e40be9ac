"""Topic names, and who may hear them. A topic is `<noun>:<id>` or a bare noun; each app registers its nouns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# (user, id) → may he hear it?
Rule = Callable[[Any, str], bool]

_rules: dict[str, Rule] = {}


def register(noun: str, rule: Rule) -> None:
    _rules[noun] = rule


def may_hear(user: Any, topic: str) -> bool:
    """Whether this signed-in person may be told that something happened there. An unknown topic is nobody's."""
    noun, _, key = topic.partition(":")
    rule = _rules.get(noun)
    return rule is not None and rule(user, key)
