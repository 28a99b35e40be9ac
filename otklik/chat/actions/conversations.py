"""The course of a conversation: the visitor leaves, returns, and one day the chat is over."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from otklik.chat import presence, webhooks
from otklik.chat.actions import mails, steps
from otklik.chat.models import Agent, Conversation, Presence, Step
from otklik.chat.topics import console_topics, topics
from otklik.chat.webhooks import Happening
from otklik.live.publish import publish

log = logging.getLogger("otklik.chat")

# What one look at the clock settles; the rest waits for the next, seconds later.
AT_ONCE = 500


@transaction.atomic
def close(conversation: Conversation, *, by: Agent | None) -> bool:
    """The chat is over: hooks get the whole conversation, the visitor's next message is a new enquiry. `by` is None
    when the clock closes it. A chat that is over stays as it was."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if not conversation.is_open:
        return False
    conversation.is_open = False
    conversation.waiting_since = None
    conversation.assigned_to = conversation.assigned_to or by
    conversation.save(update_fields=["is_open", "assigned_to", "waiting_since"])
    steps.record(conversation, Step.Kind.CLOSED, by)
    messages = conversation.messages.filter(deleted_at=None).select_related("agent").order_by("number")
    webhooks.record([Happening("chatTranscript", conversation, list(messages))])
    mails.closed(conversation, list(messages))
    publish(topics(conversation), "over")
    return True


@transaction.atomic
def left(conversation: Conversation) -> bool:
    """The visitor has no open page any more. Said once for each leaving."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    # Asked after the lock was got: a page may have been opened while we waited.
    found = _gone().filter(pk=conversation.pk).first()
    if found is None:
        return False
    found.left_at = timezone.now()
    found.save(update_fields=["left_at"])
    webhooks.record([Happening("visitorLeft", found)])
    publish(console_topics(found), "left")
    return True


@transaction.atomic
def returned(conversation: Conversation) -> bool:
    """The visitor has opened a page of the site again."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.left_at is None:
        return False
    conversation.left_at = None
    conversation.save(update_fields=["left_at"])
    if conversation.is_open:
        webhooks.record([Happening("visitorReturned", conversation)])
        publish(console_topics(conversation), "returned")
    return True


def settle() -> None:
    """What the clock decides: who has left, and which chats are over."""
    if presence.is_known():
        presence.forget_dead()
        for conversation in _gone().order_by("id")[:AT_ONCE]:
            left(conversation)
    for conversation in _over().order_by("id")[:AT_ONCE]:
        _close_if_over(conversation)


@transaction.atomic
def _close_if_over(conversation: Conversation) -> None:
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    # Asked again under the lock: a message may have come in between.
    if _over().filter(pk=conversation.pk).exists():
        close(conversation, by=None)


def _gone() -> QuerySet[Conversation]:
    """Open chats of visitors who have had no open page for the site's time."""
    pages = Presence.objects.filter(visitor_id=OuterRef("visitor_id"))
    return Conversation.objects.filter(~Exists(pages), is_open=True, left_at=None).filter(
        visitor__last_seen_at__lt=_before(F("site__left_after"))
    )


def _over() -> QuerySet[Conversation]:
    """Open chats that the visitor left, with no word from either side for the site's time."""
    return (
        Conversation.objects.filter(is_open=True, left_at__isnull=False)
        .annotate(quiet_since=Greatest("left_at", "last_message_at"))
        .filter(quiet_since__lt=_before(F("site__transcript_after")))
    )


def _before(seconds: F) -> Combinable:
    age = ExpressionWrapper(seconds * timedelta(seconds=1), output_field=DurationField())
    return Now() - age
