"""The decision table of S11 in words, and what it says of the next message."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.actions.foreseeing import TABLE, Decision, Foresight, Previous

STATES = {
    Previous.NONE: gettext_lazy("there is no task yet"),
    Previous.ACTIVE: gettext_lazy("the task is active"),
    Previous.COMPLETED: gettext_lazy("the task is completed"),
    Previous.INACTIVE: gettext_lazy("the task has another status that is not active"),
    Previous.TRASHED: gettext_lazy("the task is in the trash"),
    Previous.PURGED: gettext_lazy("the task has been deleted for good"),
}


@dataclass(frozen=True)
class Row:
    state: str
    with_option: str
    without_option: str


def rows() -> list[Row]:
    return [
        Row(str(words), _outcome(state, TABLE[state, True]), _outcome(state, TABLE[state, False]))
        for state, words in STATES.items()
    ]


def _outcome(state: Previous, decision: Decision) -> str:
    if not decision.use_previous:
        # A task that is gone cannot be linked.
        is_linked = state not in (Previous.NONE, Previous.PURGED)
        return _("a new task, with a link to the previous one") if is_linked else _("a new task")
    if state is Previous.TRASHED:
        return _("a comment in it, there in the trash")
    return _("a comment in it") if state is Previous.ACTIVE else _("a comment in it; its status stays")


def sentence(who: str, seen: Foresight) -> str:
    """“A message from Liza now would …”, and why."""
    words = {"who": who, "why": STATES[seen.previous], "what": _outcome(seen.previous, seen.decision)}
    return _("A message from %(who)s now becomes %(what)s: %(why)s.") % words
