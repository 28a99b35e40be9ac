"""The contract of a channel. A kind is a folder with an object `connector` and one line in settings.CONNECTORS."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from django import forms
from django.utils.functional import Promise

from otklik.integrations.envelope import ChatUser, Enquiry, Incoming, Outgoing


class Connector(Protocol):
    # Part of addresses and of `Connection.kind`.
    kind: str
    # The channel's name in task titles.
    label: str
    # By which our own messages are known when the remote sends them back.
    our_name: str
    # Where it stands among the integrations (groups.py), and in one sentence what it does and needs (S01, S02).
    group: str
    sentence: str | Promise
    # A file of its static folder.
    icon: str

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

    def account(self, settings: dict[str, Any]) -> str:
        """The remote's id of the account to which these settings lead: each is connected once."""
        ...


@runtime_checkable
class ConnectsByKeys(Protocol):
    """An ability: an account is connected by keys that its administrator copies."""

    keys_label: str | Promise
    # Asks for the keys; its cleaned data are what `try_keys` takes.
    keys_form: type[forms.Form]
    # Where the keys are found, and where the webhook address is entered afterwards.
    keys_help: str | Promise
    hook_help: str | Promise

    def try_keys(self, keys: dict[str, str]) -> dict[str, Any]:
        """The settings of an account with these keys, tried by a call that changes nothing.

        Raises Unreachable, Refused, AccessLost."""
        ...


@runtime_checkable
class ConnectsByConsent(Protocol):
    """An ability: an account is connected on a consent page of the remote; nobody copies a key (S04, S05). OAuth 2,
    authorization code with PKCE; `back` is our own address to which the remote's page leads back."""

    consent_label: str | Promise

    def consents(self, settings: dict[str, Any]) -> bool:
        """Whether this account was connected so."""
        ...

    def consent_address(self, *, state: str, verifier: str, back: str) -> str: ...

    def take_consent(self, *, code: str, verifier: str, back: str) -> dict[str, Any]:
        """What the consent is worth: the settings of the account. The token behind it is given back.

        Raises Unreachable, Refused, AccessLost."""
        ...

    def set_hook(self, settings: dict[str, Any], address: str) -> None:
        """Tells the remote where its webhooks go. Raises Unreachable, Refused, AccessLost."""
        ...

    def remove_hook(self, settings: dict[str, Any], address: str) -> None:
        """Tells the remote to send nothing there any more. Raises Unreachable, Refused, AccessLost."""
        ...


@runtime_checkable
class KnowsClients(Protocol):
    """An ability: the remote can be asked for what its webhook did not bring."""

    def ask(self, settings: dict[str, Any], client: str) -> Enquiry:
        """Place, pages and technical data of a client by the remote's id of him.

        Raises Unreachable, Refused, AccessLost."""
        ...


@runtime_checkable
class Corrects(Protocol):
    """An ability: what the client has already can be changed or removed. Both may be repeated."""

    def corrects(self, settings: dict[str, Any]) -> bool:
        """Whether this account's remote can do it."""
        ...

    def edit(self, settings: dict[str, Any], remote_id: str, text: str) -> None:
        """Raises Unreachable, Refused, Missing, AccessLost."""
        ...

    def withdraw(self, settings: dict[str, Any], remote_id: str) -> None:
        """Raises Unreachable, Refused, Missing, AccessLost."""
        ...


@runtime_checkable
class TakesFiles(Protocol):
    """An ability: files travel with replies, as `Outgoing.files`."""

    def file_limit(self, settings: dict[str, Any]) -> int:
        """Bytes of the largest file that this account's remote takes; 0: none. All files of a reply together have at
        most twice as many."""
        ...


@runtime_checkable
class TellsAttention(Protocol):
    """An ability: the client is shown that somebody writes to him, and that his messages were read."""

    def tells_attention(self, settings: dict[str, Any]) -> bool:
        """Whether this account's remote can do it."""
        ...

    def tell_writing(self, settings: dict[str, Any], client: str, *, name: str, email: str) -> None:
        """A user of the remote is writing to this client. Raises Unreachable, Refused, AccessLost."""
        ...

    def tell_read(self, settings: dict[str, Any], client: str, remote_id: str) -> None:
        """The client's messages are read up to this one. Raises Unreachable, Refused, Missing, AccessLost."""
        ...


@runtime_checkable
class CancelsMail(Protocol):
    """An ability: the remote sends by mail what the client has not read, and can be kept from it."""

    def cancel_mail(self, settings: dict[str, Any], remote_id: str) -> None:
        """The mail with this message shall not be sent. Too late is no error.

        Raises Unreachable, Refused, Missing, AccessLost."""
        ...


@runtime_checkable
class HearsWriting(Protocol):
    """An ability: the remote tells that a client is writing, by webhooks of which nothing is stored."""

    def writing_in(self, body: bytes) -> str:
        """The conversation in which this webhook says so; empty: it is a webhook of another kind."""
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
