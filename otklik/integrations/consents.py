"""A consent under way (S04): what the dialog said waits in the session of whoever asked, under a state that is good
once and for ten minutes."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings as django_settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.desk.models import Employee
from otklik.integrations import chat_users, connecting
from otklik.integrations.connector import Connector, ConnectsByConsent
from otklik.integrations.errors import ConnectorError
from otklik.integrations.forms import IntegrationParameters
from otklik.integrations.models import Connection

KEY = "consents"
GOOD_FOR = 600
# Windows that somebody opens and forgets.
MOST = 5
# Whoever takes a consent asks a chat that may be this very server, and holds a thread of it meanwhile: with few at a
# time there is always one left that answers.
_taking = threading.BoundedSemaphore(2)


class ConsentRefused(Exception):
    """In a sentence for whoever came back from the consent page."""


@dataclass(frozen=True)
class Draft:
    """What was asked for: a new account by the dialog's values, or a new consent for a connection that is there."""

    kind: str
    in_window: bool
    values: dict[str, Any] = field(default_factory=dict)
    connection: int = 0
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    at: float = field(default_factory=time.time)


def back_of(kind: str) -> str:
    return f"{django_settings.PUBLIC_URL}{reverse('integration_consent', args=[kind])}"


def begin(session: SessionBase, connector: Connector, draft: Draft) -> tuple[str, str]:
    """Returns the state and the address of the consent page."""
    assert isinstance(connector, ConnectsByConsent)
    state = secrets.token_urlsafe(32)
    waiting = {**session.get(KEY, {}), state: asdict(draft)}
    session[KEY] = dict(list(waiting.items())[-MOST:])
    return state, connector.consent_address(state=state, verifier=draft.verifier, back=back_of(draft.kind))


def take(session: SessionBase, kind: str, state: str) -> Draft:
    """The draft of this state, which is good no more. Raises ConsentRefused."""
    waiting = dict(session.get(KEY, {}))
    found = waiting.pop(state, None)
    session[KEY] = waiting
    if found is None or found["kind"] != kind:
        raise ConsentRefused(
            _("This answer of the chat belongs to no question of yours, or it was used already. Connect once more.")
        )
    draft = Draft(**found)
    if time.time() - draft.at > GOOD_FOR:
        raise ConsentRefused(_("The consent page was open for too long. Connect once more."))
    return draft


@contextmanager
def turn() -> Iterator[bool]:
    """Whether it is one's turn to ask the chat; never waits."""
    is_mine = _taking.acquire(blocking=False)
    try:
        yield is_mine
    finally:
        if is_mine:
            _taking.release()


def finish(connector: Connector, draft: Draft, code: str, *, by: Employee) -> Connection:
    """Connects what was consented to: keys, webhook address and chat user are filled in by themselves (S05, S09).
    Raises ConsentRefused, ConnectorError."""
    assert isinstance(connector, ConnectsByConsent)
    settings = connector.take_consent(code=code, verifier=draft.verifier, back=back_of(draft.kind))
    with transaction.atomic():
        connection = _reconnected(draft, settings, by) if draft.connection else _connected(draft, settings, by)
        # When the chat does not take the address, nothing is connected.
        connector.set_hook(connection.settings, connecting.hook_url(connection))
    try:
        chat_users.make_common(connection)
    except ConnectorError:
        # The first reply makes it.
        return connection
    return connection


def _connected(draft: Draft, settings: dict[str, Any], by: Employee) -> Connection:
    connecting.hold_account(draft.kind, settings)
    if there := connecting.same_account(draft.kind, settings):
        sentence = _("This site is connected already: %(name)s. Choose another site, or make a new one.")
        raise ConsentRefused(sentence % {"name": there.name})
    form = IntegrationParameters(draft.values, by=by)
    if not form.is_valid():
        raise ConsentRefused(_("Something chosen in the dialog is not there any more. Add the account once more."))
    given = form.cleaned_data
    return connecting.connect(
        kind=draft.kind,
        name=given["name"],
        settings={**settings, "agent_email": given["email"]},
        task_template=given["task_template"],
        contact_template=given["contact_template"],
        employees=form.employees,
        groups=form.groups,
        by=by,
    )


def _reconnected(draft: Draft, settings: dict[str, Any], by: Employee) -> Connection:
    connection = Connection.objects.present().filter(pk=draft.connection, kind=draft.kind).first()
    if connection is None:
        raise ConsentRefused(_("The account was removed meanwhile."))
    there = connecting.same_account(draft.kind, settings)
    if there is None or there.pk != connection.pk:
        raise ConsentRefused(_("This is another site. Choose the one that is connected here, or add an account."))
    connecting.reconnect(connection, settings, by=by)
    connection.refresh_from_db()
    return connection
