"""Who carries replies to clients. The desk does not know; whoever carries them tells what he can, and how each went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from otklik.desk.models import Comment


@dataclass(frozen=True, slots=True)
class Sending:
    """One try to bring something to the client, as the report shows it (contracts/planfix-behaviour.md §8.3)."""

    at: datetime
    channel: str
    recipient: str
    # What was tried: `send`, `edit`, `withdraw`.
    what: str
    is_ok: bool
    reason: str = ""


class Carrier(Protocol):
    def carries(self, comment: Comment) -> bool:
        """Whether this reply is on its way, or was brought, by him."""
        ...

    def hold(self, comment: Comment) -> str:
        """Keeps the reply from being sent until the commit, and tells how far it is: a `Comment.Mark`. Locks come
        before those of the desk."""
        ...

    def may_correct(self, comments: Sequence[Comment]) -> set[int]:
        """Ids of those that can still be changed or withdrawn once they are with the client."""
        ...

    def report(self, comment: Comment) -> list[Sending]:
        """All tries, oldest first."""
        ...


_carriers: list[Carrier] = []


def register(carrier: Carrier) -> None:
    _carriers.append(carrier)


def carrier_of(comment: Comment) -> Carrier | None:
    return next((one for one in _carriers if one.carries(comment)), None)


def correctable(comments: Sequence[Comment]) -> set[int]:
    """Ids of those whose channel can change or withdraw what the client has already."""
    return set().union(*(one.may_correct(comments) for one in _carriers)) if comments else set()


def report(comment: Comment) -> list[Sending]:
    carrier = carrier_of(comment)
    return carrier.report(comment) if carrier else []
