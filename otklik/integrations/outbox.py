"""From a reply to the remote: a Delivery row in the transaction of the comment, then one send at a time per
conversation. The first attempt follows the commit at once; the sweep finds what a crash or a pause left (I5)."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from otklik.desk.actions.events import Happening
from otklik.desk.models import Comment
from otklik.integrations import desks, first_attempt, sent_files, voices
from otklik.integrations.connector import Connector
from otklik.integrations.envelope import Outgoing
from otklik.integrations.errors import AccessLost, ConnectorError, Refused, Unreachable
from otklik.integrations.models import Attempt, Connection, Correction, Delivery, Link
from otklik.integrations.registry import connector_of
from otklik.lib import backoff
from otklik.lib.notes import note_of

State = Delivery.State
# Longer than any send may take: after that its sender is dead.
CLAIM = timedelta(seconds=30)
CLAIM_WITH_FILES = timedelta(minutes=3)
# After so long without success a reply has failed, and a person decides.
GIVE_UP_AFTER = timedelta(hours=24)
PAUSE = timedelta(minutes=10)
REMOVED = _("The account was removed from the integrations.")
SEEN_THERE = _("Found in the chat by")

log = logging.getLogger("otklik.outbox")


def note_arrived(events: list[Happening], **_signal: object) -> None:
    """Listens to the desk: a person has seen in the chat what nobody knew of. Its row is locked by the desk already."""
    said = {event.comment_id: event for event in events if event.kind == "said_arrived"}
    for delivery in Delivery.objects.filter(comment__in=said, state=State.UNKNOWN) if said else []:
        _write(delivery, state=State.SENT, note="", sent_at=timezone.now(), claimed_until=None)
        answer = note_of(SEEN_THERE, str(said[delivery.comment_id].data["by"]))
        Attempt.objects.create(delivery=delivery, is_ok=True, answer=answer[:500])


def add_deliveries(events: list[Happening], **_signal: object) -> None:
    """Listens to the desk: a reply gets its delivery in the same transaction; "send again" a new attempt."""
    wanted = [event.comment_id for event in events if event.kind in ("reply_added", "send_again") and event.comment_id]
    if not wanted:
        return
    comments = Comment.objects.filter(pk__in=wanted, kind=Comment.Kind.REPLY, target__isnull=False)
    for comment in comments.select_related("target", "employee__user").order_by("pk"):
        assert comment.target is not None
        link = (
            Link.objects.select_related("connection")
            .filter(connection__source=comment.target.source_id, remote_id=comment.target.remote_id)
            .first()
        )
        if link is None:
            continue
        _add(link, comment)
        transaction.on_commit(lambda one=comment, link_id=link.pk: _try_soon(one, link_id))  # type: ignore[misc]


def _try_soon(comment: Comment, link_id: int) -> None:
    """At once, or as soon as the hold is over; whoever dies meanwhile leaves it to the sweep."""
    first_attempt.soon(drain, link_id)
    if comment.held_for:
        first_attempt.later(comment.held_for / 1000, drain, link_id)


def _add(link: Link, comment: Comment) -> None:
    connection = link.connection
    voice = voices.voice_of(connection, comment.employee)
    text, files = sent_files.packed(comment)
    delivery, is_new = Delivery.objects.get_or_create(
        link=link,
        comment=comment,
        defaults={
            "text": text,
            "author_name": voice.name,
            "author_email": voice.email,
            "files": files,
            "due_at": comment.due_at or timezone.now(),
        },
    )
    if connection.removed_at is not None:
        _finish(delivery, State.FAILED, REMOVED, is_ok=False)
        return
    if not is_new:
        Delivery.objects.filter(pk=delivery.pk, state__in=[State.FAILED, State.UNKNOWN]).update(
            state=State.DUE, note="", due_at=timezone.now(), created_at=timezone.now(), claimed_until=None
        )


def drain(link_id: int) -> None:
    """Sends what is due of a conversation, in order, until nothing is or one has to wait."""
    while (delivery := _claim(link_id)) is not None:
        if not _send(delivery):
            return


@transaction.atomic
def _claim(link_id: int) -> Delivery | None:
    """Takes the oldest unfinished reply, unless it has to wait or somebody is sending it."""
    # The delivery is what two senders fight for. The link stays free: whoever writes the next reply, or brings a
    # transcript, needs its row while he holds the task, for which a sender waits.
    link = Link.objects.select_related("connection").get(pk=link_id)
    if not link.connection.is_on or (link.connection.paused_until and link.connection.paused_until > timezone.now()):
        return None
    unfinished = link.deliveries.filter(state__in=[State.DUE, State.SENDING]).select_for_update().order_by("pk")
    delivery = unfinished.first()
    now = timezone.now()
    if delivery is None or delivery.due_at > now or (delivery.claimed_until and delivery.claimed_until > now):
        return None
    delivery.link = link
    connector = connector_of(link.connection.kind)
    if delivery.state == State.SENDING and not connector.is_repeatable(link.connection.settings):
        # Its sender was killed in the middle: only the echo or a person knows whether it arrived.
        sentence = _("The sending was interrupted; nobody knows whether it arrived.")
        _finish(delivery, State.UNKNOWN, sentence, is_ok=False)
        return None
    # Another sender was killed in the middle.
    delivery.may_be_there = delivery.may_be_there or delivery.state == State.SENDING
    delivery.state = State.SENDING
    delivery.claimed_until = now + (CLAIM_WITH_FILES if delivery.files else CLAIM)
    delivery.attempt_count += 1
    delivery.save(update_fields=["state", "claimed_until", "attempt_count", "may_be_there"])
    desks.OURS.delivery_report([delivery])
    return delivery


def _send(delivery: Delivery) -> bool:
    """One attempt; whether the next reply of the conversation may follow."""
    connection = delivery.link.connection
    connector = connector_of(connection.kind)
    try:
        outgoing = Outgoing(
            key=str(delivery.key),
            conversation=delivery.link.remote_id,
            client=delivery.link.client_remote_id,
            text=delivery.text,
            author_name=delivery.author_name,
            author_email=delivery.author_email,
            files=sent_files.unpacked(delivery),
        )
        remote_id = connector.send(connection.settings, outgoing)
    except ConnectorError as error:
        return _note_failure(delivery, connector, error)
    except Exception as error:
        # A fault of ours or of the settings: said to the employee, instead of tried again for ever in silence.
        log.exception("a reply could not be sent")
        return _note_failure(delivery, connector, Refused(_("It could not be sent."), type(error).__name__))
    with transaction.atomic():
        confirm(delivery, remote_id)
        if connection.paused_reason:
            resume(connection)
    return True


@transaction.atomic
def confirm(delivery: Delivery, remote_id: str) -> None:
    """The remote has it: by its answer, or by the echo that came before the answer."""
    found = Delivery.objects.select_for_update().filter(pk=delivery.pk).first()
    if found is None:
        return  # Its task was deleted for good while it was sent.
    if found.state in (State.SENT, State.READ):
        if not found.remote_id:
            _write(found, remote_id=remote_id)  # A person said before that it arrived; now it can be corrected, too.
        return
    delivery = found
    _write(delivery, remote_id=remote_id, sent_at=timezone.now())
    _finish(delivery, State.SENT, "", is_ok=True)


@transaction.atomic
def _note_failure(delivery: Delivery, connector: Connector, error: ConnectorError) -> bool:
    sentence = str(error)
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("link__connection")
    found = rows.filter(pk=delivery.pk).first()
    if found is None or found.state in (State.SENT, State.READ):
        return True  # The echo was faster than the error, or the task was deleted for good.
    delivery = found
    if isinstance(error, Refused):
        _finish(delivery, State.FAILED, sentence, is_ok=False)
        return True
    if isinstance(error, AccessLost):
        pause(delivery.link.connection, sentence)
        return _try_later(delivery, sentence, PAUSE)
    maybe_sent = isinstance(error, Unreachable) and error.maybe_sent
    if maybe_sent and not connector.is_repeatable(delivery.link.connection.settings):
        _finish(delivery, State.UNKNOWN, sentence, is_ok=False)
        return True
    if maybe_sent:
        _write(delivery, may_be_there=True)
    if timezone.now() - delivery.created_at > GIVE_UP_AFTER:
        state = State.UNKNOWN if delivery.may_be_there else State.FAILED
        _finish(delivery, state, sentence, is_ok=False)
        return True
    wait = backoff.delay(delivery.attempt_count)
    if isinstance(error, Unreachable) and error.retry_after:
        wait = timedelta(seconds=error.retry_after)
    return _try_later(delivery, sentence, wait)


def _try_later(delivery: Delivery, sentence: str, wait: timedelta) -> bool:
    _write(delivery, due_at=timezone.now() + wait)
    _finish(delivery, State.DUE, sentence, is_ok=False)
    return False


def _write(delivery: Delivery, **values: Any) -> None:
    """Not by `save`: inside the inbox's pipeline nobody knows yet how many rows were written, and `save` wants to."""
    Delivery.objects.filter(pk=delivery.pk).update(**values)
    for name, value in values.items():
        setattr(delivery, name, value)


def _finish(delivery: Delivery, state: str, note: str, *, is_ok: bool) -> None:
    """Ends an attempt: the row, the attempt and the mark beside the comment say the same."""
    _write(delivery, state=state, note=note[:500], claimed_until=None)
    Attempt.objects.create(delivery=delivery, is_ok=is_ok, answer=note[:500])
    desks.OURS.delivery_report([delivery])


def pause(connection: Connection, sentence: str) -> None:
    """Nothing is sent until a person helps; one reply tries every ten minutes whether somebody has."""
    log.warning("%s is paused: %s", connection.name, sentence)
    Connection.objects.filter(pk=connection.pk).update(
        paused_reason=sentence[:500], paused_until=timezone.now() + PAUSE
    )


def give_up(connection: Connection) -> None:
    """Whatever still waits for a removed account has failed."""
    waiting = Delivery.objects.filter(link__connection=connection, state__in=[State.DUE, State.SENDING])
    for delivery in waiting.select_for_update(of=("self",)).order_by("pk"):
        _finish(delivery, State.FAILED, REMOVED, is_ok=False)


def resume(connection: Connection) -> None:
    """The remote takes what is sent again."""
    Connection.objects.filter(pk=connection.pk).update(paused_reason="", paused_until=None)


def hurry(connection: Connection) -> None:
    """What waits for its next try goes out at once. A reply that its author holds has not been tried yet and stays."""
    now = timezone.now()
    tried = Delivery.objects.filter(link__connection=connection, state=State.DUE, attempt_count__gt=0)
    tried.update(due_at=now)
    Correction.objects.filter(delivery__link__connection=connection, state=Correction.State.DUE).update(due_at=now)


def due_links() -> list[int]:
    """Conversations with something to send that nobody is sending."""
    now = timezone.now()
    due = Delivery.objects.filter(state__in=[State.DUE, State.SENDING], due_at__lte=now)
    free = due.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
    open_links = free.filter(link__connection__is_on=True).exclude(link__connection__paused_until__gt=now)
    return list(open_links.order_by("link").values_list("link", flat=True).distinct()[:500])
