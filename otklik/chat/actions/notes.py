"""What agents tell each other. It goes to open consoles only: no webhook, no API, no widget."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.chat.errors import ChatError
from otklik.chat.models import Agent, Conversation, Note
from otklik.chat.topics import console_topics
from otklik.lib.text import clean
from otklik.live.publish import publish

LIMIT = 5000


@transaction.atomic
def add(conversation: Conversation, *, by: Agent, text: str, key: str | None = None) -> Note:
    """The same key again gets the same note. Raises ChatError."""
    text = clean(text).strip()
    if not text:
        raise ChatError(_("Write something first."), code="empty")
    if len(text) > LIMIT:
        raise ChatError(_("This note is too long: at most %(limit)s characters.") % {"limit": LIMIT}, code="too_long")
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    earlier = conversation.notes.filter(key=key).first() if key else None
    if earlier is not None:
        return earlier
    conversation.version += 1
    conversation.save(update_fields=["version"])
    note = Note.objects.create(
        conversation=conversation,
        number=conversation.version,
        text=text,
        agent=by,
        agent_name=by.name,
        key=key or None,
    )
    publish(console_topics(conversation)[:1], "note")
    return note
