"""The contract of a channel. A kind is a folder with an object `connector` and one line in settings.CONNECTORS."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from otklik.integrations.envelope import ChatUser, Enquiry, Incoming, Outgoing


class Connector(Protocol):
    # Part of addresses and of `Connection.kind`.
    kind: str
    # The channel's name in task titles.
    label: str
    # By which our own messages are known when the remote sends them back.
    our_name: str

    def read(self, body: bytes) -> Incoming | None:
        """One webhook, as it came. None: understood, and nothing in it concerns us.

        Raises NotUnderstood."""
        ...

    def send(self, settings: dict[str, Any], outgoing: Outgoing) -> str:
        """Gives a reply to the remote and returns the remote's id of it.

        Raises Unreachable, Refused, AccessLost."""
        ...

    def is_repeatable(self, settings: dict[str, Any]) -> bool:
        """Whether the remote recognises a repeated send by its key, so that a lost answer may be asked for again."""
        ...

    def author(self, settings: dict[str, Any], name: str) -> tuple[str, str]:
        """Name and e-mail of the remote's user in whose name clients are answered; `name` is the account's (S09)."""
        ...


@runtime_checkable
class KnowsClients(Protocol):
    """An ability: the remote can be asked for what its webhook did not bring."""

    def ask(self, settings: dict[str, Any], client: str) -> Enquiry:
        """Place, pages and technical data of a client by the remote's id of him.

        Raises Unreachable, Refused, AccessLost."""
        ...


@runtime_checkable
class ListsUsers(Protocol):
    """An ability: the remote can be asked in whose names clients can be answered, and makes new users (S09, S12)."""

    def lists_users(self, settings: dict[str, Any]) -> bool:
        """Whether this account's remote can do it; of others only webhooks tell."""
        ...

    def users(self, settings: dict[str, Any]) -> list[ChatUser]:
        """Raises Unreachable, Refused, AccessLost."""
        ...

    def make_user(self, settings: dict[str, Any], user: ChatUser, *, with_picture: bool = False) -> ChatUser:
        """The user with this e-mail, made if need be. `with_picture`: he gets that picture, or none if it is empty.
        Raises Unreachable, Refused, AccessLost."""
        ...
