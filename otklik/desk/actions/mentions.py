"""`@Name` or `+Name` in a note calls a colleague (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from otklik.desk import rights
from otklik.desk.actions import members
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.models import Comment, Employee, Task

SIGN = re.compile(r"(?:^|(?<=[\s(«\"“]))[@+]")
# A note for half the company is a message to nobody.
MOST = 20
OFFERED = 8


def named_in(text: str) -> list[Employee]:
    """Those whose names stand behind a sign, of several that fit the longest; upper or lower case."""
    places = [found.end() for found in SIGN.finditer(text)][: 10 * MOST]
    if not places:
        return []
    names = [(employee.name.casefold(), employee) for employee in _working()]
    names.sort(key=lambda named: len(named[0]), reverse=True)
    folded: dict[int, Employee] = {}
    for place in places:
        rest = text[place : place + 250].casefold()
        found = next((one for name, one in names if name and _begins(rest, name)), None)
        if found:
            folded.setdefault(found.pk, found)
    return list(folded.values())[:MOST]


def tell(task: Task, comment: Comment, named: list[Employee], *, by: Employee) -> None:
    """They hear of the note; who was not in the task takes part from now on, with no other right than that."""
    called = [employee for employee in named if employee.pk != by.pk]
    if not called:
        return
    happening = Happening(
        "mentioned", task_id=task.pk, comment_id=comment.pk, actor_id=by.pk,
        notified=[employee.pk for employee in called], reason="mentioned",
    )  # fmt: skip
    record_many([happening])
    new = [f"employee-{one.pk}" for one in called if not rights.may_view(task, one)]
    if new:
        now = members.who_is(task, "participant")
        members.change(task, "participant", [*now, *new], seen=now, by=by)


def offered(words: str) -> list[Employee]:
    """Colleagues by parts of their names, in any order."""
    parts = words.casefold().split()
    found = [one for one in _working() if all(part in one.name.casefold() for part in parts)]
    return found[:OFFERED]


def _working() -> QuerySet[Employee]:
    return Employee.objects.active().select_related("user").order_by("user__name", "pk")


def _begins(rest: str, name: str) -> bool:
    """Whether the name stands there whole: @Olga is not Ol."""
    return rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()
