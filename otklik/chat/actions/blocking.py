"""Visitors whom a site does not want to hear any more. Whoever is blocked costs no storage: what he sends is refused
before anything is written."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from otklik.chat.actions import conversations, steps
from otklik.chat.errors import Blocked
from otklik.chat.flood import neighbourhood
from otklik.chat.models import AddressBlock, Agent, Conversation, Step
from otklik.chat.topics import console_topics
from otklik.live.publish import publish

# For how long the address is blocked with its visitor, as one may choose: it may be somebody else's tomorrow.
HOURS = (1, 24, 24 * 7)


@transaction.atomic
def block(conversation: Conversation, *, by: Agent, address_hours: int = 0) -> bool:
    """The visitor cannot write any more, and from his address nobody new can for so many hours. His chat is closed.
    Whether that is new."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.blocked_at is not None:
        return False
    conversations.close(conversation, by=by)
    conversation.refresh_from_db()
    conversation.blocked_at, conversation.blocked_by = timezone.now(), by.name
    conversation.save(update_fields=["blocked_at", "blocked_by"])
    visitor = conversation.visitor
    network = neighbourhood(visitor.ip)
    if address_hours and network:
        until = conversation.blocked_at + timedelta(hours=address_hours)
        AddressBlock.objects.create(site_id=visitor.site_id, visitor=visitor, network=network, until=until)
    steps.record(conversation, Step.Kind.BLOCKED, by)
    publish([*console_topics(conversation), f"conversation:{conversation.pk}"], "blocked")
    return True


@transaction.atomic
def unblock(conversation: Conversation, *, by: Agent) -> bool:
    """The visitor may write again, and so may new ones from his address; whether that is new."""
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.blocked_at is None:
        return False
    conversation.blocked_at, conversation.blocked_by = None, ""
    conversation.save(update_fields=["blocked_at", "blocked_by"])
    AddressBlock.objects.filter(visitor=conversation.visitor_id).delete()
    steps.record(conversation, Step.Kind.UNBLOCKED, by)
    publish(console_topics(conversation), "unblocked")
    return True


def refuse_address(site_id: int, ip: str | None) -> None:
    """Raises Blocked for a stranger from a blocked address."""
    network = neighbourhood(ip)
    if not network:
        return
    if AddressBlock.objects.filter(site_id=site_id, network=network, until__gt=timezone.now()).exists():
        raise Blocked
