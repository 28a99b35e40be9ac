"""What crosses the seam between a channel and the rest: frozen, in words of no channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    name: str
    url: str
    size: int | None = None
    content_type: str = ""
    # Of one that goes out: reads it. Raises Refused when it is gone.
    content: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """The client as the remote knows him. Empty: not said. `email` is in lower case. `is_bound`: his id is the one by
    which the site itself knows its account, and not one of a browser."""

    displayed_name: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class ChatUser:
    """A user of the remote in whose name clients can be answered. `email` is in lower case."""

    email: str
    name: str = ""
    # Address of his picture; empty: none is known.
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    remote_id: str
    text: str
    from_client: bool
    written_at: datetime | None = None
    files: tuple[File, ...] = ()
    author_name: str = ""
    author_email: str = ""
    # By which system it was sent, as far as the remote tells: our own name marks our own echo.
    received_from: str = ""
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The beginning of a new enquiry: place, pages (title, link), technical data of the client."""

    remote_key: str
    at: datetime
    place: str = ""
    pages: tuple[tuple[str, str], ...] = ()
    source: str = ""
    ip: str = ""
    browser: str = ""
    os: str = ""
    device: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether the webhook told neither where the client is nor what he looked at."""
        return not self.place and not self.pages


@dataclass(frozen=True, slots=True)
class Mailed:
    """How far the mail with some messages of ours has come: due, sent, cancelled, failed or bounced."""

    state: str
    messages: tuple[str, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One webhook, understood."""

    conversation: str
    client: str
    person: Person | None = None
    messages: tuple[Message, ...] = ()
    enquiry: Enquiry | None = None
    # It carries the whole conversation: what is missing here comes late.
    is_complete: bool = False
    left: bool = False
    returned: bool = False
    # Ids of messages of ours that the client has seen.
    seen: tuple[str, ...] = ()
    mailed: Mailed | None = None
    # Users of the remote that the webhook names.
    users: tuple[ChatUser, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply on its way out. `key` is the same on every attempt."""

    key: str
    conversation: str
    client: str
    text: str
    author_name: str
    author_email: str
    files: tuple[File, ...] = ()
