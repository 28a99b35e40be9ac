"""As whom a client sees an employee. The desk does not know; whoever carries its replies tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from otklik.desk.models import Employee, ReplyTarget


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    # Address of a picture; empty: initials stand for it.
    picture: str = ""


Look = Callable[[ReplyTarget, Employee], Speaker | None]
_looks: list[Look] = []


def register(look: Look) -> None:
    """`look` tells as whom the client on this way sees the employee; None: it does not carry replies there."""
    _looks.append(look)


def speaker(target: ReplyTarget, employee: Employee) -> Speaker | None:
    return next((seen for look in _looks if (seen := look(target, employee))), None)
