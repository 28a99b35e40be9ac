from __future__ import annotations

from otklik.chat.models import Agent, Conversation, Step


def record(conversation: Conversation, kind: Step.Kind, by: Agent | None, *, given_to: str = "") -> Step:
    """Writes down what happened to a conversation, whose row the caller has locked."""
    conversation.version += 1
    conversation.save(update_fields=["version"])
    return Step.objects.create(
        conversation=conversation,
        number=conversation.version,
        kind=kind,
        agent=by,
        agent_name=by.name if by else "",
        given_to=given_to,
    )
