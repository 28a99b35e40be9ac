"""In whose name a client is answered (S09, S12). An employee speaks in his own where the option is on and the remote
has a user with his e-mail; an e-mail that the remote does not know would make a new user there, so all others speak in
the common name."""

from __future__ import annotations

from dataclasses import dataclass

from otklik.desk.actions.speaking import Speaker
from otklik.desk.models import Employee, ReplyTarget
from otklik.integrations import chat_users
from otklik.integrations.models import ChatUser, Connection, KindOptions
from otklik.integrations.registry import connector_of


@dataclass(frozen=True, slots=True)
class Voice:
    """What the client sees, and by which e-mail the remote knows it."""

    name: str
    email: str
    picture: str = ""
    # The employee's own, not the common one.
    is_own: bool = False


def common_voice(connection: Connection) -> Voice:
    """A known user keeps the name that he has at the remote, whatever the account is called by now."""
    name, email = connector_of(connection.kind).author(connection.settings, connection.name)
    user = chat_users.find(connection, email)
    return Voice((user and user.name) or name, email.lower(), user.picture if user else "")


def own_voice(connection: Connection, employee: Employee) -> Voice | None:
    """None: the remote has no user with his e-mail, as far as it is known."""
    user = chat_users.find(connection, employee.user.email)
    return voice_of_user(user, employee) if user else None


def voice_of_user(user: ChatUser, employee: Employee) -> Voice:
    return Voice(user.name or employee.name, user.email, user.picture, is_own=True)


def voice_of(connection: Connection, employee: Employee | None) -> Voice:
    """In whose name this employee answers; None: a reply that no employee wrote."""
    is_on_behalf = KindOptions.objects.filter(kind=connection.kind, on_behalf_of_employee=True).exists()
    own = own_voice(connection, employee) if employee and is_on_behalf else None
    return own or common_voice(connection)


def speaker(target: ReplyTarget, employee: Employee) -> Speaker | None:
    """What the desk's composer shows of it."""
    connection = Connection.objects.filter(source=target.source_id).first()
    if connection is None:
        return None
    voice = voice_of(connection, employee)
    return Speaker(voice.name, voice.picture)
