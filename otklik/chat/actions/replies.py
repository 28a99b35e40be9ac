"""What agents say in a conversation, and what becomes of it: changed, deleted, read. Each change gets a version of its
own from the conversation's counter, under its row's lock; by it the widget's stream tells what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.chat import webhooks
from otklik.chat.actions import files, mails
from otklik.chat.actions.files import Given
from otklik.chat.errors import ChatError
from otklik.chat.models import Agent, Conversation, File, Message
from otklik.chat.topics import topics
from otklik.chat.webhooks import Happening
from otklik.live.publish import publish

TYPE = Message.Type


@transaction.atomic
def post(
    conversation: Conversation,
    *,
    agent: Agent,
    text: str,
    received_from: str = "",
    idempotency_key: str | None = None,
    is_pushed: bool = False,
    given: Sequence[Given] = (),
    uploaded: Sequence[File] = (),
) -> Message:
    """Says something to the visitor in the agent's name. The same key again gets the same message. It starts no
    enquiry: only a visitor does. Whoever answers first has the chat from then on."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if idempotency_key is not None:
        earlier = conversation.messages.filter(idempotency_key=idempotency_key).select_related("agent").first()
        if earlier is not None:
            return earlier

    kept = [*uploaded, *(files.keep(conversation, one) for one in given)]
    conversation.version += 1
    conversation.last_message_at = timezone.now()
    if not is_pushed:
        _answered(conversation, agent)
    conversation.save(
        update_fields=["version", "last_message_at", "assigned_to", "answered_at", "waiting_since", "seen_number"]
    )
    message = Message.objects.create(
        conversation=conversation,
        number=conversation.version,
        version=conversation.version,
        type=TYPE.AGENT,
        text=text,
        files=[file.facts() for file in kept],
        agent=agent,
        agent_name=agent.name,
        received_from=received_from,
        idempotency_key=idempotency_key,
        is_pushed=is_pushed,
        created_at=conversation.last_message_at,
    )
    files.attach(message, kept)
    # What nobody asked for is told once the visitor answers: with the beginning of his enquiry.
    if conversation.opened_at is not None or not is_pushed:
        webhooks.record([Happening("chatFragment", conversation, [message])])
    if not is_pushed:
        # After the message itself, so that its receiver knows of what the mail's webhook tells.
        mails.answered(conversation, message)
    publish(topics(conversation), "message")
    return message


def _answered(conversation: Conversation, agent: Agent) -> None:
    conversation.assigned_to = conversation.assigned_to or agent
    conversation.answered_at = conversation.last_message_at
    conversation.waiting_since = None
    # Whoever answers has read what was asked.
    conversation.seen_number = conversation.version


@transaction.atomic
def edit(message: Message, text: str) -> Message:
    """An agent's message says something else from now on."""
    conversation, message = _locked(message)
    if message.text == text:
        return message
    message.text = text
    message.edited_at = timezone.now()
    _renew(conversation, [message], ["text", "edited_at"])
    return message


@transaction.atomic
def delete(message: Message) -> Message:
    """The visitor sees an agent's message no more. One that is already deleted stays as it was."""
    conversation, message = _locked(message)
    if message.deleted_at is None:
        message.deleted_at = timezone.now()
        _renew(conversation, [message], ["deleted_at"])
    return message


@transaction.atomic
def mark_read(conversation: Conversation, upto: int) -> list[Message]:
    """The visitor has seen the agents' messages up to this number; the answer is those that were new to him."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    unread = list(unread_in(conversation).filter(number__lte=upto).select_related("agent"))
    if not unread:
        return []
    now = timezone.now()
    for message in unread:
        message.read_at = now
    conversation.read_number = unread[-1].number
    _renew(conversation, unread, ["read_at"])
    mails.read(conversation)
    webhooks.record([Happening("messageRead", conversation, unread)])
    return unread


def unread_in(conversation: Conversation) -> Any:
    return conversation.messages.filter(type=TYPE.AGENT, read_at=None, deleted_at=None).order_by("number")


def _locked(message: Message) -> tuple[Conversation, Message]:
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    message = Message.objects.select_related("agent").get(pk=message.pk)
    if message.type != TYPE.AGENT:
        raise ChatError(_("Only messages of agents can be changed."), code="not_an_agents_message")
    return conversation, message


def _renew(conversation: Conversation, messages: Sequence[Message], fields: list[str]) -> None:
    """Gives each changed message a version of its own, so that a cursor can stand between any two."""
    for message in messages:
        conversation.version += 1
        message.version = conversation.version
    conversation.save(update_fields=["version", "read_number"])
    Message.objects.bulk_update(messages, [*fields, "version"])
    publish(topics(conversation), "message")
