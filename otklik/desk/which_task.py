"""Which task does the next message of a conversation go into? (S11; contracts/planfix-behaviour.md §3)"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Previous(StrEnum):
    """State of the task in which the conversation has been so far."""

    NONE = "none"
    ACTIVE = "active"
    COMPLETED = "completed"
    INACTIVE = "inactive"
    TRASHED = "trashed"
    PURGED = "purged"


class Decision(NamedTuple):
    use_previous: bool
    # Written into the new task: why it exists.
    reason: str


# (state of the previous task, the option "Create a new task if there is no active task of conversation") → decision
TABLE = {
    (Previous.NONE, True): Decision(False, "first"),
    (Previous.NONE, False): Decision(False, "first"),
    (Previous.ACTIVE, True): Decision(True, "active"),
    (Previous.ACTIVE, False): Decision(True, "active"),
    (Previous.COMPLETED, True): Decision(False, "completed"),
    (Previous.COMPLETED, False): Decision(True, "one_task"),
    (Previous.INACTIVE, True): Decision(False, "inactive"),
    (Previous.INACTIVE, False): Decision(True, "one_task"),
    (Previous.TRASHED, True): Decision(False, "trashed"),
    (Previous.TRASHED, False): Decision(True, "one_task"),
    (Previous.PURGED, True): Decision(False, "purged"),
    (Previous.PURGED, False): Decision(False, "purged"),
}


def state_of(*, is_active: bool, is_completed: bool, is_trashed: bool) -> Previous:
    if is_trashed:
        return Previous.TRASHED
    if is_active:
        return Previous.ACTIVE
    return Previous.COMPLETED if is_completed else Previous.INACTIVE


def decide(previous: Previous, *, new_task_if_none_active: bool) -> Decision:
    return TABLE[previous, new_task_if_none_active]
