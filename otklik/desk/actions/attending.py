"""What desk and client see of each other beside words: that somebody writes, that somebody has read. None of it is
stored. The desk does not know how it reaches the client; whoever carries its replies does."""

from __future__ import annotations

import json
from typing import Protocol

from otklik.desk.actions import absences
from otklik.desk.models import Comment, Employee, ReplyTarget, Task
from otklik.lib.text import clean_name
from otklik.live.hub import Change
from otklik.live.publish import tell


class Attendant(Protocol):
    """Neither call waits for the client's side, and neither fails."""

    def writes(self, target: ReplyTarget, employee: Employee) -> None:
        """The employee is writing a reply on this way."""
        ...

    def has_read(self, task: Task) -> None:
        """Somebody of the team has the task before him."""
        ...

    def cancel_mail(self, comment: Comment) -> None:
        """The mail with this reply shall not be sent; what became of it is told like all news of it."""
        ...


_attendants: list[Attendant] = []


def register(attendant: Attendant) -> None:
    _attendants.append(attendant)


def writes(target: ReplyTarget, employee: Employee) -> None:
    for one in _attendants:
        one.writes(target, employee)


def has_read(task: Task) -> None:
    for one in _attendants:
        one.has_read(task)


def cancel_mail(comment: Comment) -> None:
    for one in _attendants:
        one.cancel_mail(comment)


def colleague_is_here(task: Task, employee: Employee, does: str) -> None:
    """`does`: "looks", "asks" (looks, and asks who else does), "reply" or "note" (writes one)."""
    tell([Change(f"team:{task.pk}", json.dumps(mark(employee, does), ensure_ascii=False))])


def mark(employee: Employee, does: str) -> dict[str, str | int]:
    """What open pages of the task hear of him; `away`: the last day of his absence, for words in the reader's
    language."""
    told: dict[str, str | int] = {"who": employee.pk, "name": employee.name, "does": does}
    absence = absences.present([employee.pk]).get(employee.pk)
    return told | {"away": absence.until.isoformat()} if absence else told


def client_writes(task_id: int, name: str) -> None:
    """Open pages of the task show it for some seconds."""
    mark = {"by": "client", "name": clean_name(name, 100)}
    tell([Change(f"client-typing:{task_id}", json.dumps(mark, ensure_ascii=False))])
