from __future__ import annotations

from collections.abc import Callable

from otklik.desk.scenarios.operations.parts import Choices, Part


class Words:
    """What is said of operations, in the language of now; names of what can be chosen are asked for once."""

    def __init__(self, filled: Callable[[str], str]) -> None:
        """`filled`: a text with what is known of the task in the place of its variables."""
        self._filled = filled
        self._names: dict[Choices, dict[str, str]] = {}

    def of(self, part: Part, given: str) -> str:
        if part.choices is None:
            return self._filled(given)
        if part.choices not in self._names:
            self._names[part.choices] = dict(part.choices())
        codes = given.split("\n") if part.is_several else [given]
        return ", ".join(self._names[part.choices].get(one, one) for one in codes)
