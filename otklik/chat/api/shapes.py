"""What the API takes and gives, in Chatra's words. Numbers as strings and strings as numbers are taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.conf import settings
from ninja import Schema
from pydantic import BeforeValidator, Field

from otklik.chat import chatra, promise
from otklik.chat.models import Agent, Agreement, Conversation, Hook, Message, Site, Visitor
from otklik.chat.webhooks import latest_pages
from otklik.chat.wire import milliseconds


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_as_text)]
OptionalText = Annotated[str | None, BeforeValidator(_as_text)]


class FileAt(Schema):
    """A file by its address."""

    url: Text
    name: OptionalText = None


class NewMessage(Schema):
    clientId: Text
    text: OptionalText = None
    # An addition of ours: beside the text, or instead of it.
    file: FileAt | str | None = None
    agentId: OptionalText = None
    agentEmail: OptionalText = None
    agentName: OptionalText = None
    receivedFrom: OptionalText = None


class NewPushedMessage(Schema):
    clientId: Text
    text: Text
    agentId: OptionalText = None
    groupId: OptionalText = None


class ChangedMessage(Schema):
    text: Text


class ChangedClient(Schema):
    """What is absent stays, what is null is removed."""

    name: OptionalText = None
    email: OptionalText = None
    phone: OptionalText = None
    notes: OptionalText = None


class Typing(Schema):
    agentId: OptionalText = None
    agentEmail: OptionalText = None
    agentName: OptionalText = None


class NewAgent(Schema):
    email: Text
    name: OptionalText = None
    avatar: OptionalText = Field(None, description="Address of a picture; absent: stays, empty: removed.")


class NewHook(Schema):
    address: Text
    events: list[str] | None = Field(None, description="Which events are sent; absent: all.")


def message(message: Message) -> dict[str, Any]:
    visitor_id = message.conversation.visitor.public_id
    shape = chatra.message(message)
    return shape | {
        "clientId": visitor_id,
        "chatId": message.conversation.public_id,
        "agentId": shape.get("agentId"),
        "timestamp": milliseconds(message.created_at),
        "receivedFrom": message.received_from or None,
        "isPushed": message.is_pushed,
    }


def client(visitor: Visitor) -> dict[str, Any]:
    conversation: Conversation = visitor.conversation
    agent = conversation.assigned_to
    group = conversation.group or (agent.group if agent else None)
    page = f"/chat/sites/{visitor.site.public_key}/conversations/{conversation.public_id}/"
    return chatra.client(visitor, conversation, latest_pages([visitor.pk]).get(visitor.pk, [])) | {
        "link": settings.PUBLIC_URL + page,
        "agentGroup": group.name if group else None,
        "consents": [_consent(one) for one in visitor.agreements.select_related("version", "message").order_by("id")],
    }


def _consent(agreement: Agreement) -> dict[str, Any]:
    """What a visitor agreed to, as he read it."""
    return {
        "version": agreement.version.number,
        "language": agreement.language,
        "text": agreement.text,
        "agreedAt": milliseconds(agreement.agreed_at),
        "messageId": agreement.message.public_id if agreement.message else None,
    }


def agents(site: Site, listed: Iterable[Agent]) -> list[dict[str, Any]]:
    is_closed = bool(promise.closed([site.pk]))
    return [_agent(agent, is_closed) for agent in listed]


def _agent(agent: Agent, is_closed: bool) -> dict[str, Any]:
    return {
        "id": agent.public_id,
        "name": agent.name,
        "email": agent.email,
        "avatar": agent.avatar_url,
        "status": promise.status_of(agent, is_closed=is_closed),
        "isDummy": agent.user_id is None,
    }


def hook(hook: Hook) -> dict[str, Any]:
    return {"id": str(hook.pk or ""), "address": hook.address, "events": hook.events, "secret": hook.secret}
