"""How large a file may be to travel with a reply. The desk does not know; whoever carries its replies tells."""

from __future__ import annotations

from collections.abc import Callable

from otklik.desk.models import ReplyTarget

Look = Callable[[ReplyTarget], int | None]
_looks: list[Look] = []


def register(look: Look) -> None:
    """`look` tells how many bytes a file on this way may have, 0 where none travels; None: it carries nothing there."""
    _looks.append(look)


def of(target: ReplyTarget) -> int:
    """What is larger reaches the client as a link that expires."""
    return next((limit for look in _looks if (limit := look(target)) is not None), 0)
