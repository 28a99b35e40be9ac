"""Stored webhooks that wait are taken in later: in order, a conversation at a time."""

from __future__ import annotations

import logging

from django.db import OperationalError, transaction
from django.db.models import F
from psycopg.errors import LockNotAvailable

from otklik.integrations import inbox
from otklik.integrations.accounts import account_of
from otklik.integrations.errors import NotUnderstood
from otklik.integrations.models import Receipt
from otklik.integrations.registry import connector_of

State = Receipt.State
# A webhook that failed so often is set aside, so that its conversation goes on.
MOST_ATTEMPTS = 5

log = logging.getLogger("otklik.hooks")


def waiting_lines() -> list[tuple[int, str]]:
    """Conversations (connection, remote id) with webhooks that wait."""
    waiting = Receipt.objects.filter(state__in=[State.WAITING, State.FAILED], connection__is_on=True)
    return list(waiting.order_by().values_list("connection", "conversation").distinct()[:500])


def take_waiting() -> None:
    for connection_id, conversation in waiting_lines():
        _take_line(connection_id, conversation)


def _take_line(connection_id: int, conversation: str) -> None:
    waiting = Receipt.objects.filter(
        connection=connection_id, conversation=conversation, state__in=[State.WAITING, State.FAILED]
    )
    for receipt in waiting.select_related("connection").order_by("pk"):
        if not take(receipt):
            return


def take(receipt: Receipt) -> bool:
    """One more try; whether the next of the conversation may follow."""
    arrival = inbox.Arrival(account_of(receipt.connection), bytes(receipt.body), receipt_id=receipt.pk)
    try:
        with transaction.atomic():
            arrival.incoming = connector_of(receipt.connection.kind).read(arrival.body)
            inbox.lock([arrival])
            locked = Receipt.objects.select_for_update().get(pk=receipt.pk)
            if locked.state in (State.WAITING, State.FAILED):
                inbox.process([arrival])
                Receipt.objects.filter(pk=receipt.pk).update(state=State.DONE, note="", attempts=F("attempts") + 1)
        return True
    except NotUnderstood as error:
        Receipt.objects.filter(pk=receipt.pk).update(state=State.UNKNOWN, note=str(error)[:500])
        return True
    except (LockNotAvailable, OperationalError) as error:
        # Somebody holds the conversation, or the database is on its way back: that is no fault of the webhook.
        log.warning("a stored webhook waits: %s", error)
        return False
    except Exception as error:
        log.exception("a stored webhook failed again")
        return _note_failure(receipt, error)


def _note_failure(receipt: Receipt, error: Exception) -> bool:
    receipt.attempts += 1
    receipt.state = State.SET_ASIDE if receipt.attempts >= MOST_ATTEMPTS else State.FAILED
    receipt.note = inbox.failure_note(error)
    receipt.save(update_fields=["attempts", "state", "note"])
    return bool(receipt.state == State.SET_ASIDE)
