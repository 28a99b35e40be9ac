"""What the desk refuses.

DeskError
├── NotAllowed   this person may not do it
├── Refused      what was given cannot be taken; `field` says which part
│   └── Taken    it belongs to the contact with this `number`
├── Unseen       a reply would go out past `lines` that its author has not seen
└── Outdated     somebody else changed it since it was shown; `now` are the present values of what he changed
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from otklik.desk.models import Comment


class DeskError(Exception):
    """args[0] is a sentence for the person, in his language."""


class NotAllowed(DeskError):
    pass


class Refused(DeskError):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Taken(Refused):
    def __init__(self, field: str, sentence: str, number: int) -> None:
        super().__init__(field, sentence)
        self.number = number


class Unseen(DeskError):
    def __init__(self, sentence: str, lines: list[Comment]) -> None:
        super().__init__(sentence)
        self.lines = lines


class Outdated(DeskError):
    def __init__(self, sentence: str, now: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.now = now
