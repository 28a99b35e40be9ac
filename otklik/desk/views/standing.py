"""Where the assignees of a task stand, in the words of its header (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.desk import own_statuses
from otklik.desk.models import Employee, OwnStatus, Task
from otklik.desk.own_statuses import Answer, Party, Standing


@dataclass(frozen=True)
class Shown:
    """`mine`: what this person, or a colleague for their group, has answered. `said`: what the header tells of all."""

    mine: OwnStatus | None
    said: list[str]
    # Whether the operations of a new task are this person's.
    may_accept: bool
    may_reject: bool


def shown(task: Task, employee: Employee) -> Shown:
    standing = own_statuses.standing(task)
    asks_each = own_statuses.asks_each(task, standing)
    party = standing.of(employee)
    own = party.own if party else None
    is_asked = task.status.key == "new" and (party is not None or not asks_each)
    answer = own.status.key if own and asks_each else ""
    return Shown(
        own,
        _said(task, standing, employee, own) if standing.answers or asks_each else [],
        may_accept=is_asked and answer != "in_progress",
        may_reject=is_asked and answer not in ("in_progress", "rejected"),
    )


def words(answer: Answer) -> str:
    """An answer, as its author or a colleague for whom he answered reads it."""
    if answer.status.key == "in_progress":
        return _("You accepted") if answer.is_mine else _("Accepted: %(names)s") % {"names": answer.name}
    if answer.status.key == "rejected":
        return _("You rejected") if answer.is_mine else _("Rejected: %(names)s") % {"names": answer.name}
    return answer.status.name if answer.is_mine else f"{answer.status.name}: {answer.name}"


def _said(task: Task, standing: Standing, employee: Employee, own: OwnStatus | None) -> list[str]:
    said = [words(own_statuses.answer(own, employee))] if own and own.employee_id == employee.pk else []
    # What he did himself is said already.
    accepted = [party for party in standing.accepted if not said or party.own != own]
    if accepted:
        said.append(_("Accepted: %(names)s") % {"names": _names(accepted)})
    for party in standing.others:
        if not said or party.own != own:
            said.append(f"{party.own.status.name if party.own else ''}: {party.label}")
    if standing.awaited and (task.status.key == "new" or standing.others):
        said.append(_("Still waiting for: %(names)s") % {"names": _names(standing.awaited)})
    for party in standing.rejected:
        note = party.own.note if party.own else ""
        words_of = _("Rejected: %(names)s") % {"names": party.label}
        if party.own != own or note:
            said.append(f"{words_of} — {note}" if note else words_of)
    return said


def _names(parties: Iterable[Party]) -> str:
    return ", ".join(party.label for party in parties)
