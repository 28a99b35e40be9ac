"""Changes of replies that the client has already: a row in the transaction of the change, then one call at a time. Only
the last wish is brought to the remote, and it may be brought twice: so whatever is unclear is tried again."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from otklik.desk.actions import corrections
from otklik.desk.actions.events import Happening
from otklik.desk.models import Comment
from otklik.integrations import first_attempt, sent_files
from otklik.integrations.connector import Corrects
from otklik.integrations.errors import AccessLost, ConnectorError, Missing, Refused, Unreachable
from otklik.integrations.models import Attempt, Connection, Correction, Delivery
from otklik.integrations.outbox import CLAIM, GIVE_UP_AFTER, PAUSE, REMOVED, pause, resume
from otklik.integrations.registry import connector_of
from otklik.lib import backoff

State = Correction.State
WAITING = (Delivery.State.DUE, Delivery.State.FAILED)
ARRIVED = (Delivery.State.SENT, Delivery.State.READ)

log = logging.getLogger("otklik.outbox")


def add_corrections(events: list[Happening], **_signal: object) -> None:
    """Listens to the desk: what has not left yet is changed or dropped, what has arrived gets a correction."""
    for event in events:
        if event.kind in ("comment_edited", "comment_withdrawn") and event.comment_id:
            _correct(Comment.objects.get(pk=event.comment_id))
        elif event.kind == "correct_again" and event.comment_id:
            again = Correction.objects.filter(delivery__comment=event.comment_id, state=State.FAILED)
            again.update(state=State.DUE, note="", due_at=timezone.now(), created_at=timezone.now(), attempt_count=0)
            _try_soon(event.comment_id)


def _correct(comment: Comment) -> None:
    if comment.kind != Comment.Kind.REPLY:
        return
    deliveries = Delivery.objects.filter(comment=comment)
    # Sent again under its key, it would still have its first text: it is corrected once it has arrived.
    unclear = deliveries.filter(state=Delivery.State.DUE, may_be_there=True)
    wishes = list(unclear | deliveries.filter(state__in=ARRIVED))
    waiting = deliveries.filter(state__in=WAITING).exclude(pk__in=[delivery.pk for delivery in wishes])
    if comment.withdrawn_at:
        waiting.update(state=Delivery.State.DROPPED, note="", claimed_until=None)
    else:
        waiting.update(text=sent_files.packed(comment)[0])
    for delivery in wishes:
        _wish(delivery, comment)
        _try_soon(comment.pk)


def _wish(delivery: Delivery, comment: Comment) -> None:
    wish = {"text": sent_files.packed(comment)[0], "is_withdrawal": comment.withdrawn_at is not None}
    now = timezone.now()
    _row, is_new = Correction.objects.get_or_create(delivery=delivery, defaults=wish)
    if not is_new:
        Correction.objects.filter(delivery=delivery).update(
            **wish, version=F("version") + 1, state=State.DUE, note="", due_at=now, created_at=now, attempt_count=0
        )


def _try_soon(comment_id: int) -> None:
    rows = Correction.objects.filter(delivery__comment=comment_id, state=State.DUE)
    for pk in rows.values_list("pk", flat=True):
        transaction.on_commit(lambda pk=pk: first_attempt.soon(bring, pk))  # type: ignore[misc]


def bring(correction_id: int) -> None:
    """One try, if it is due and nobody else is at it."""
    correction = _claim(correction_id)
    if correction is None:
        return
    delivery = correction.delivery
    connection = delivery.link.connection
    connector = connector_of(connection.kind)
    try:
        if not isinstance(connector, Corrects) or not connector.corrects(connection.settings):
            raise Refused(_("This channel cannot change or withdraw messages."))
        if correction.is_withdrawal:
            connector.withdraw(connection.settings, delivery.remote_id)
        else:
            connector.edit(connection.settings, delivery.remote_id, correction.text)
    except Missing as error:
        # What is to be taken away is not there: so it shall be.
        _finish(correction, None if correction.is_withdrawal else error)
    except ConnectorError as error:
        _finish(correction, error)
    except Exception as error:
        log.exception("a reply could not be corrected")
        _finish(correction, Refused(_("It could not be sent."), type(error).__name__))
    else:
        _finish(correction, None)


def give_up(connection: Connection) -> None:
    """Whatever still waits for a removed account has failed."""
    waiting = Correction.objects.filter(delivery__link__connection=connection, state=State.DUE)
    for row in waiting.select_related("delivery").order_by("pk"):
        Correction.objects.filter(pk=row.pk).update(state=State.FAILED, note=REMOVED, claimed_until=None)
        if row.delivery.comment_id:
            corrections.note_outcome(row.delivery.comment_id, State.FAILED, REMOVED)


@transaction.atomic
def _claim(correction_id: int) -> Correction | None:
    now = timezone.now()
    rows = Correction.objects.select_related("delivery__link__connection").select_for_update(of=("self",))
    found = rows.filter(pk=correction_id, state=State.DUE, due_at__lte=now, delivery__state__in=ARRIVED).first()
    if found is None or (found.claimed_until and found.claimed_until > now):
        return None
    connection = found.delivery.link.connection
    if not connection.is_on or (connection.paused_until and connection.paused_until > now):
        return None
    Correction.objects.filter(pk=found.pk).update(claimed_until=now + CLAIM, attempt_count=F("attempt_count") + 1)
    found.attempt_count += 1
    return found


@transaction.atomic
def _finish(tried: Correction, error: ConnectorError | None) -> None:
    """Ends a try. A wish that is newer than what was brought stays due."""
    # Locked first of all, as by who makes a wish: he holds it with the comment, and waits for the correction.
    list(Delivery.objects.select_for_update(of=("self",)).filter(pk=tried.delivery_id).values_list("pk"))
    row = Correction.objects.select_for_update().filter(pk=tried.pk).first()
    if row is None:
        return
    what = "withdraw" if tried.is_withdrawal else "edit"
    note = str(error)[:500] if error else ""
    Attempt.objects.create(delivery_id=tried.delivery_id, what=what, is_ok=error is None, answer=note)
    row.claimed_until = None
    if row.version != tried.version:
        row.save(update_fields=["claimed_until"])
        transaction.on_commit(lambda: first_attempt.soon(bring, row.pk))
        return
    row.state, wait = _judge(row, error)
    row.note, row.due_at = note, timezone.now() + wait
    row.save(update_fields=["state", "note", "due_at", "claimed_until"])
    connection = tried.delivery.link.connection
    if isinstance(error, AccessLost):
        pause(connection, note)
    elif error is None and connection.paused_reason:
        resume(connection)
    if tried.delivery.comment_id:
        corrections.note_outcome(tried.delivery.comment_id, row.state, note)


def _judge(row: Correction, error: ConnectorError | None) -> tuple[str, timedelta]:
    """What becomes of it, and after how long it is tried again."""
    if error is None:
        return State.DONE, timedelta()
    if isinstance(error, Refused) or timezone.now() - row.created_at > GIVE_UP_AFTER:
        return State.FAILED, timedelta()
    if isinstance(error, AccessLost):
        return State.DUE, PAUSE
    if isinstance(error, Unreachable) and error.retry_after:
        return State.DUE, timedelta(seconds=error.retry_after)
    return State.DUE, backoff.delay(row.attempt_count)


def due() -> list[int]:
    """Corrections that wait for a try that nobody makes."""
    now = timezone.now()
    rows = Correction.objects.filter(state=State.DUE, due_at__lte=now, delivery__state__in=ARRIVED)
    free = rows.filter(delivery__link__connection__is_on=True)
    free = free.exclude(claimed_until__gt=now).exclude(delivery__link__connection__paused_until__gt=now)
    return list(free.order_by("pk").values_list("pk", flat=True)[:500])
