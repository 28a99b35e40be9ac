"""Who takes care of a conversation: an agent, a group, or nobody yet."""

from __future__ import annotations

from django.db import transaction

from otklik.chat.actions import reading, steps
from otklik.chat.models import Agent, AgentGroup, Conversation, Step
from otklik.chat.topics import console_topics
from otklik.live.publish import publish

KIND = Step.Kind


@transaction.atomic
def assign(conversation: Conversation, to: Agent | AgentGroup | None, *, by: Agent) -> bool:
    """Gives the conversation to an agent, to a group, or back to all; whether that is new."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    agent = to if isinstance(to, Agent) else None
    group = to if isinstance(to, AgentGroup) else None
    if (conversation.assigned_to, conversation.group) == (agent, group):
        return False
    conversation.assigned_to, conversation.group = agent, group
    conversation.save(update_fields=["assigned_to", "group"])
    if to is None:
        steps.record(conversation, KIND.FREED, by)
    elif to == by:
        steps.record(conversation, KIND.TAKEN, by)
    else:
        steps.record(conversation, KIND.GIVEN, by, given_to=to.name)
    publish(console_topics(conversation), "assigned")
    return True


@transaction.atomic
def see(conversation: Conversation, upto: int) -> bool:
    """An agent has read the conversation up to this number; whether that is news."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    upto = min(upto, conversation.version)
    if upto <= conversation.seen_number:
        return False
    conversation.seen_number = upto
    conversation.save(update_fields=["seen_number"])
    reading.by_team(conversation, upto)
    publish(console_topics(conversation), "seen")
    return True
