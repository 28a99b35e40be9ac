"""What a channel brings into the desk, in the desk's own words. Nothing here knows a channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Channel:
    """By which rules one source enters the desk: settings of a connected account (S07–S11)."""

    source_id: int
    label: str
    task_template_id: int
    contact_template_id: int
    employees: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    # Assignee of a task that would have none (§1.3).
    fallback_employee_id: int | None = None
    new_task_if_none_active: bool = True
    # How many of the previous task's last lines a new one repeats.
    earlier_lines: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """The client as his channel knows him now. Empty: not said."""

    # What he is called, be it a generated name; `name` only when he has told it.
    displayed_name: str
    name: str = ""
    email: str = ""
    phone: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    # "Chrome 130, Windows 10, Moscow": tells his devices apart.
    device: str = ""
    # The site itself vouches for his id: two such ids of one source are two people (I7).
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `remote_id` decides whether it is known, never its text."""

    remote_id: str
    text: str
    from_client: bool
    written_at: datetime | None = None
    files: tuple[dict[str, Any], ...] = ()
    # Of one that an agent wrote elsewhere.
    author_name: str = ""
    author_email: str = ""
    # Sent by a rule of the channel, not by a person; it starts no task.
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A new enquiry begins (S21): where, with what, on which pages (S15)."""

    remote_key: str
    at: datetime
    place: str = ""
    pages: tuple[tuple[str, str], ...] = ()
    source: str = ""
    ip: str = ""
    browser: str = ""
    os: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one webhook says about one conversation of one client."""

    channel: Channel
    conversation: str
    client: str
    person: Person | None = None
    lines: tuple[Line, ...] = ()
    enquiry: Enquiry | None = None
    # A transcript: what of its lines is missing comes late.
    is_complete: bool = False
    left: bool = False
    returned: bool = False


@dataclass(slots=True)
class Outcome:
    """Where an Incoming went. `task_id` None: nothing of it belongs to a task."""

    identity_id: int
    task_id: int | None = None
    target_id: int | None = None
    # The conversation got a place that it did not have before.
    is_moved: bool = False
    added: int = 0
    late: int = 0
