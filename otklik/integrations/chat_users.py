"""Which users a remote has, as far as it is known: it lists them, its webhooks name them, or a person confirms one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models.functions import Lower

from otklik.desk.models import Employee
from otklik.integrations import envelope
from otklik.integrations.accounts import Account
from otklik.integrations.connector import ListsUsers
from otklik.integrations.envelope import Incoming
from otklik.integrations.errors import ConnectorError
from otklik.integrations.models import ChatUser, Connection, KindOptions
from otklik.integrations.registry import connector_of
from otklik.lib.pg import as_json, post
from otklik.people import pictures

MOST = 10_000
# Users that this process has written down already: (connection, e-mail, name).
_noted: set[tuple[int, str, str]] = set()

NOTE = """
INSERT INTO integrations_chatuser (connection_id, email, name, picture, is_confirmed_by_hand, seen_at)
SELECT c.id, u.email, u.name, u.picture, false, now()
FROM json_to_recordset(%b::json) AS u(connection bigint, email text, name text, picture text)
JOIN integrations_connection c ON c.id = u.connection ORDER BY c.id, u.email
ON CONFLICT (connection_id, email) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at,
    is_confirmed_by_hand = false,
    picture = CASE WHEN excluded.picture = '' THEN integrations_chatuser.picture ELSE excluded.picture END
"""


def note_named(arrivals: Iterable[tuple[Account, Incoming]]) -> None:
    """Writes down whom webhooks name. Nearly always all of them are known, and the database is not asked."""
    named = {(account.id, user.email): (account.id, user) for account, one in arrivals for user in one.users}
    new = [(account_id, user) for account_id, user in named.values() if _key(account_id, user) not in _noted]
    if new:
        _write(new)
        transaction.on_commit(lambda: _remember({_key(account_id, user) for account_id, user in new}))


def _key(account_id: int, user: envelope.ChatUser) -> tuple[int, str, str]:
    return account_id, user.email, user.name


def _remember(keys: set[tuple[int, str, str]]) -> None:
    if len(_noted) > MOST:
        _noted.clear()
    _noted.update(keys)


def _write(users: Iterable[tuple[int, envelope.ChatUser]]) -> None:
    rows = [
        {"connection": account_id, "email": user.email, "name": user.name, "picture": user.picture}
        for account_id, user in users
    ]
    post(NOTE, as_json(rows))


def are_listed(connection: Connection) -> bool:
    """Whether the remote tells all its users; else only those are known whom its webhooks have named."""
    return _lister(connection) is not None


def _lister(connection: Connection) -> ListsUsers | None:
    connector = connector_of(connection.kind)
    if isinstance(connector, ListsUsers) and connector.lists_users(connection.settings):
        return connector
    return None


def refresh(connection: Connection) -> str:
    """Asks the remote for its users, where it lists them, and shows it employees' pictures. Returns why it could not be
    asked; empty: all is fresh."""
    lister = _lister(connection)
    if lister is None:
        return ""
    try:
        users = {user.email: user for user in lister.users(connection.settings)}
        _bring_pictures(connection, lister, users)
    except ConnectorError as error:
        return str(error)
    with transaction.atomic():
        connection.chat_users.exclude(email__in=users).delete()
        if users:
            _write((connection.pk, user) for user in users.values())
            # A webhook may be silent on pictures; a list is not.
            without = [user.email for user in users.values() if not user.picture]
            connection.chat_users.filter(email__in=without).update(picture="")
    return ""


def _bring_pictures(connection: Connection, lister: ListsUsers, users: dict[str, envelope.ChatUser]) -> None:
    """While employees speak in their own names, visitors see their pictures, too. One that somebody has chosen in the
    chat itself stays."""
    if not KindOptions.objects.filter(kind=connection.kind, on_behalf_of_employee=True).exists():
        return
    employees = Employee.objects.active().annotate(address=Lower("user__email")).filter(address__in=users)
    for employee in employees.select_related("user"):
        user, picture = users[employee.user.email.lower()], pictures.address_of(employee.user)
        if user.picture != picture and (not user.picture or pictures.is_ours(user.picture)):
            shown = replace(user, picture=picture)
            users[user.email] = lister.make_user(connection.settings, shown, with_picture=True)


def find(connection: Connection, email: str) -> ChatUser | None:
    return connection.chat_users.filter(email=email.lower()).first() if email else None


def make(connection: Connection, *, email: str, name: str) -> ChatUser:
    """A user with this e-mail: made at the remote where it lets us, else taken on the word of whoever confirms that
    there is one. Raises ConnectorError."""
    lister = _lister(connection)
    user = envelope.ChatUser(email.lower(), name)
    if lister is not None:
        user = lister.make_user(connection.settings, user)
    chat_user, _is_new = ChatUser.objects.update_or_create(
        connection=connection,
        email=user.email,
        defaults={"name": user.name, "picture": user.picture, "is_confirmed_by_hand": lister is None},
    )
    return chat_user


def make_common(connection: Connection) -> ChatUser | None:
    """The user in whose name the account answers, made where the remote lets us (S09); with others it arises with the
    first reply. Tells who else is there, too. Raises ConnectorError."""
    if not are_listed(connection):
        return None
    name, email = connector_of(connection.kind).author(connection.settings, connection.name)
    made = make(connection, email=email, name=name)
    refresh(connection)
    return made


def refresh_all() -> None:
    """Brings the users of all accounts up to date whose remotes list them."""
    for connection in Connection.objects.present().filter(is_on=True):
        refresh(connection)
