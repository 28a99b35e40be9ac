"""What a scenario does with its task, each through the action that a person would take (§11.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk import variables
from otklik.desk.actions import comments, members, tasks
from otklik.desk.actions.comments import NOTE_LIMIT, REPLY_LIMIT
from otklik.desk.actions.people import choices as people
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Status, Task
from otklik.desk.scenarios.robot import robot


@dataclass(frozen=True)
class Deed:
    """`actor`: who made the change at which the scenario fired; None: a client, or the system."""

    task: Task
    value: str
    actor: Employee | None


@dataclass(frozen=True)
class Operation:
    name: str | Promise
    do: Callable[[Deed], None]
    # (value, name) to choose from; None: a text; an empty list: nothing is to be said.
    choices: Callable[[], list[tuple[str, str]]] | None
    limit: int = 0


def _complete(deed: Deed) -> None:
    _to(deed, Status.objects.filter(set=deed.task.status.set_id, key="completed").first())


def _set_status(deed: Deed) -> None:
    _to(deed, Status.objects.filter(pk=int(deed.value)).first() if deed.value.isdigit() else None)


def _to(deed: Deed, status: Status | None) -> None:
    if status is None:
        raise Refused("status", _("This task has no such status."))
    # As the system: rights and steps are for persons (§11.5, rule 6).
    tasks.set_status(deed.task, status, by=None)


def _add(role: str) -> Callable[[Deed], None]:
    def add(deed: Deed) -> None:
        now = members.who_is(deed.task, role)
        members.change(deed.task, role, [*now, deed.value], seen=now, by=None)

    return add


def _remove(role: str) -> Callable[[Deed], None]:
    def remove(deed: Deed) -> None:
        now = members.who_is(deed.task, role)
        members.change(deed.task, role, [who for who in now if who != deed.value], seen=now, by=None)

    return remove


def _say(kind: str) -> Callable[[Deed], None]:
    def say(deed: Deed) -> None:
        speaker = robot()
        text = variables.filled(deed.value, variables.Scene(deed.task, deed.actor or speaker))
        comments.add(deed.task, by=speaker, text=text, kind=kind)

    return say


def _statuses() -> list[tuple[str, str]]:
    from otklik.desk.scenarios.conditions import FIELDS

    choices = FIELDS["status"].choices
    return choices() if choices else []


OPERATIONS: dict[str, Operation] = {
    "complete": Operation(gettext_lazy("Complete the task"), _complete, list),
    "status": Operation(gettext_lazy("Set the status"), _set_status, _statuses),
    "assign": Operation(gettext_lazy("Add an assignee"), _add("assignee"), lambda: people([])),
    "unassign": Operation(gettext_lazy("Take an assignee away"), _remove("assignee"), lambda: people([])),
    "participant": Operation(gettext_lazy("Add a participant"), _add("participant"), lambda: people([])),
    "note": Operation(gettext_lazy("Add an internal note"), _say("note"), None, NOTE_LIMIT),
    "reply": Operation(gettext_lazy("Send a reply to the client"), _say("reply"), None, REPLY_LIMIT),
}
