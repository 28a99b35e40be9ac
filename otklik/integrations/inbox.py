"""Receipts become comments, a batch at a time. One batch is one transaction: receipts and their processing (I1, I9).

If that fails, the receipts alone are committed and the batch is halved until the bad one is found: it is set aside and
never stops its neighbours."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_noop as _
from psycopg.errors import LockNotAvailable

from otklik.desk.actions.joining import CLIENT_KEY
from otklik.integrations import desks, echo, mailed
from otklik.integrations.accounts import Account
from otklik.integrations.envelope import Incoming
from otklik.integrations.models import Receipt
from otklik.lib.notes import note_of
from otklik.lib.pg import Pending, as_json, become_writer, keys_json, pipeline, post, run

State = Receipt.State
log = logging.getLogger("otklik.hooks")


@dataclass(slots=True)
class Arrival:
    """A webhook at the door. `incoming` None: not understood, `note` says why."""

    account: Account
    body: bytes
    incoming: Incoming | None = None
    note: str = ""
    receipt_id: int = 0

    @property
    def conversation(self) -> str:
        return self.incoming.conversation if self.incoming else ""


Line = tuple[int, str]  # connection, conversation

STORE = """
INSERT INTO integrations_receipt (connection_id, body, conversation, state, note, attempts, received_at)
SELECT connection, body, conversation, state, note, 0, now() FROM ROWS FROM (
    unnest(%b::bytea[]), json_to_recordset(%b::json) AS (connection bigint, conversation text, state text, note text)
) AS r(body, connection, conversation, state, note)
RETURNING id
"""

# Conversations and their clients; sorted, so that two processes with the same ones wait for each other, not for ever.
LOCK = f"""
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT hashtextextended('conversation ' || source || ' ' || remote, 0) AS key
    FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
    UNION SELECT {CLIENT_KEY} FROM json_to_recordset(%b::json) AS client(source bigint, remote text)
    ORDER BY 1) AS keys
"""

BLOCKED = """
SELECT DISTINCT r.connection_id, r.conversation
FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
JOIN integrations_receipt r ON r.connection_id = wanted.source AND r.conversation = wanted.remote
WHERE r.state <> 'done' AND r.state IN ('waiting', 'failed')
"""


def take_batch(batch: list[Arrival]) -> list[None]:
    """Stores and processes a batch; returns when all of it is committed. Waits for a database that is on its way back:
    what is repeated then is recognised."""
    while True:
        try:
            _take(batch)
            return [None] * len(batch)
        except (OperationalError, InterfaceError, psycopg.Error) as error:
            if not _is_lost(error):
                raise
            log.warning("waiting for PostgreSQL: %s", error)
            connection.close()
            time.sleep(0.2)


def _take(batch: list[Arrival]) -> None:
    become_writer()
    try:
        with transaction.atomic(), pipeline():
            lock(batch)
            blocked = _blocked(batch)
            ready = [one for one in batch if _is_ready(one, blocked)]
            stored = _store(batch, {id(one): State.DONE for one in ready}, blocked)
            process(ready)
            _number(batch, stored)
            _write_notes(ready)
    except Exception as error:
        if _is_lost(error):
            raise
        log.warning("a batch of %s failed, halving it: %s", len(batch), error)
        with transaction.atomic():
            lock(batch)
            blocked = _blocked(batch)
            _number(batch, _store(batch, {}, blocked))
        _halve([one for one in batch if _is_ready(one, blocked)])


def _is_lost(error: Exception) -> bool:
    """Whether the connection is gone, so that the batch is to be repeated on a new one."""
    if not isinstance(error, DatabaseError | InterfaceError | psycopg.Error):
        return False
    return connection.connection is None or connection.connection.closed or not connection.is_usable()


def _is_ready(one: Arrival, blocked: set[Line]) -> bool:
    return one.incoming is not None and one.account.is_on and (one.account.id, one.conversation) not in blocked


def _store(batch: list[Arrival], states: dict[int, str], blocked: set[Line]) -> Pending:
    """Writes the receipts; one that is not processed now says why. Gives their ids."""
    rows = []
    for one in batch:
        state, note = _state_of(one, states, blocked)
        row = {"connection": one.account.id, "conversation": one.conversation}
        rows.append({**row, "state": state, "note": note[:500]})
    return post(STORE, [one.body for one in batch], as_json(rows))


def _number(batch: list[Arrival], stored: Pending) -> None:
    for one, (receipt_id,) in zip(batch, stored.rows(), strict=True):
        one.receipt_id = receipt_id


def _state_of(one: Arrival, states: dict[int, str], blocked: set[Line]) -> tuple[str, str]:
    if one.incoming is None:
        return State.UNKNOWN, one.note
    if not one.account.is_on:
        return State.SET_ASIDE, _("The connection is switched off.")
    if (one.account.id, one.conversation) in blocked:
        return State.WAITING, _("An earlier webhook of this conversation is not done yet.")
    return states.get(id(one), State.WAITING), ""


def _lines(batch: Iterable[Arrival]) -> str:
    return keys_json(dict.fromkeys((one.account.id, one.conversation) for one in batch if one.incoming))


def lock(batch: list[Arrival]) -> None:
    """Holds the conversations of a batch, and their clients, until the commit."""
    clients = ((one.account.channel.source_id, one.incoming.client) for one in batch if one.incoming)
    post(LOCK, _lines(batch), keys_json(dict.fromkeys(clients)))


def _blocked(batch: list[Arrival]) -> set[Line]:
    return {(row[0], row[1]) for row in run(BLOCKED, _lines(batch))}


def _write_notes(batch: list[Arrival]) -> None:
    for one in batch:
        if one.note:
            Receipt.objects.filter(pk=one.receipt_id).update(note=one.note)


def process(batch: list[Arrival]) -> None:
    """Brings understood webhooks into the desk, inside the caller's transaction and under the conversations' locks."""
    if not batch:
        return
    arrivals = [(one.account, one.incoming) for one in batch if one.incoming]
    echoes = echo.find(arrivals)
    desks.OURS.receive_many([(account, echo.without_ours(account, incoming)) for account, incoming in arrivals])
    echoes.confirm()
    mailed.note(arrivals)
    for place in echoes.unknown:
        batch[place].note = _("It brings back a message of ours of which no delivery is known.")


def _halve(batch: list[Arrival]) -> None:
    """Processes stored webhooks in order, ever fewer together, until one that fails stands alone."""
    if not batch:
        return
    try:
        with transaction.atomic():
            lock(batch)
            waiting = _still_waiting(batch)
            process(waiting)
            Receipt.objects.filter(pk__in=[one.receipt_id for one in waiting]).update(state=State.DONE, note="")
            _write_notes(waiting)
        return
    except Exception as error:
        if _is_lost(error):
            raise
        if len(batch) == 1:
            _set_aside(batch[0], error)
            return
    middle = len(batch) // 2
    _halve(batch[:middle])
    # What waits for a failed one of its conversation stays stored; the sweep takes it.
    failed = _blocked_before(batch[middle:])
    _halve([one for one in batch[middle:] if (one.account.id, one.conversation) not in failed])


def _still_waiting(batch: list[Arrival]) -> list[Arrival]:
    """Without those that the sweep has taken meanwhile."""
    stored = Receipt.objects.filter(pk__in=[one.receipt_id for one in batch], state=State.WAITING)
    waiting = set(stored.values_list("pk", flat=True))
    return [one for one in batch if one.receipt_id in waiting]


def _blocked_before(batch: list[Arrival]) -> set[Line]:
    lines = {(one.account.id, one.conversation): one.receipt_id for one in reversed(batch)}
    earlier = Receipt.objects.filter(state=State.FAILED, connection__in={line[0] for line in lines})
    return {
        line
        for line, receipt_id in lines.items()
        if earlier.filter(connection=line[0], conversation=line[1], pk__lt=receipt_id).exists()
    }


def failure_note(error: Exception) -> str:
    return note_of(_("It could not be taken in."), f"{type(error).__name__}: {error}")[:500]


def _set_aside(one: Arrival, error: Exception) -> None:
    if isinstance(error, LockNotAvailable) or isinstance(error.__cause__, LockNotAvailable):
        # Somebody holds the conversation; its webhooks are taken as soon as he lets go.
        return
    log.error("a webhook failed", exc_info=error)
    note = failure_note(error)
    with transaction.atomic():
        Receipt.objects.filter(pk=one.receipt_id).update(state=State.FAILED, attempts=1, note=note)
