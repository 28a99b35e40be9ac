"""Under which names the changes of a conversation are heard (`live`)."""

from __future__ import annotations

from otklik.chat.models import Conversation


def topic(conversation: Conversation) -> str:
    return f"conversation:{conversation.pk}"


def topics(conversation: Conversation) -> list[str]:
    """Where all hear of it: the visitor's pages and the agents'."""
    return [topic(conversation), *console_topics(conversation)]


def console_topics(conversation: Conversation) -> list[str]:
    """Where agents hear of it: the open chat, and the list of its site."""
    return [f"chat:{conversation.pk}", f"chats:{conversation.site_id}"]
