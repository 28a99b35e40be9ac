"""What agents have read of a visitor's messages. What he has read of theirs is in `replies`."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from otklik.chat.models import Conversation, Message
from otklik.chat.topics import topic
from otklik.live.publish import publish


@transaction.atomic
def by_team(conversation: Conversation, upto: int) -> int:
    """An agent has seen the visitor's messages up to this number: the visitor is shown so. How many were new to the
    agents; each of them gets a version of its own."""
    if not _unread(conversation, upto).exists():
        return 0
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    unread = list(_unread(conversation, upto))
    now = timezone.now()
    for message in unread:
        conversation.version += 1
        message.version, message.read_at = conversation.version, now
    conversation.save(update_fields=["version"])
    Message.objects.bulk_update(unread, ["version", "read_at"])
    publish([topic(conversation)], "message")
    return len(unread)


def _unread(conversation: Conversation, upto: int) -> QuerySet[Message]:
    found = Message.objects.filter(conversation=conversation, type=Message.Type.CLIENT, read_at=None)
    return found.filter(number__lte=upto).order_by("number")
