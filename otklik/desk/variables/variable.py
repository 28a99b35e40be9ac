from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from django.utils.functional import Promise
from django.utils.translation import get_language

from otklik.desk.variables.scene import Scene

Value = Callable[[Scene], str]
Who = TypeVar("Who")


class Variable(NamedTuple):
    russian: str
    english: str
    meaning: str | Promise
    value: Value

    @property
    def code(self) -> str:
        """As one types it in the reader's language."""
        name = self.russian if get_language() == "ru" else self.english
        return f"{{{{{name}}}}}"


def of(find: Callable[[Scene], Who | None], told: Callable[[Who], str]) -> Value:
    """What is told of somebody or something that a scene has; of nobody nothing."""

    def value(scene: Scene) -> str:
        found = find(scene)
        return "" if found is None else told(found)

    return value
