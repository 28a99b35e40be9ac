"""Visitors and messages in Chatra's own shape, as webhooks and the REST API show them: every field, in every spelling
that receivers are known to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from otklik.chat import file_links
from otklik.chat.models import Agent, Conversation, Message, PageView, Visitor
from otklik.chat.wire import milliseconds

SOURCE = "widget"
BASIC = {"name", "email", "phone", "notes"}


def client(visitor: Visitor, conversation: Conversation, pages: Sequence[PageView]) -> dict[str, Any]:
    basic = _filled({"name": visitor.name, "email": visitor.email, "phone": visitor.phone, "notes": visitor.notes})
    answers = {one["label"]: one["value"] for one in visitor.answers.values()}
    # A question that is called like something basic must not pass for it.
    own = {label: value for label, value in answers.items() if label.lower() not in BASIC}
    info = {**own, **visitor.integration, **basic}
    # Beyond Chatra's own shape, and only where it says something.
    named = {"isNamedBySite": True} if visitor.is_named_by_site else {}
    return named | {
        "id": visitor.public_id,
        "chatId": conversation.public_id,
        "displayedName": visitor.displayed_name,
        "name": str(info.get("name", "")),
        "email": str(info.get("email", "")),
        "phone": str(info.get("phone", "")),
        "info": info,
        "basicInfo": basic,
        "integrationData": visitor.integration,
        "customFormAnswers": answers,
        "location": _filled(
            {"country": visitor.country, "countryCode": visitor.country_code, "city": visitor.city},
        ),
        "ip": visitor.ip or "",
        "ipAddress": visitor.ip or "",
        "userAgent": visitor.user_agent,
        "browser": visitor.browser,
        "os": visitor.os,
        "device": visitor.device,
        "language": visitor.language,
        "referrer": visitor.referrer,
        "source": SOURCE,
        "pages": [page_view(view) for view in pages],
    }


def page_view(view: PageView) -> dict[str, Any]:
    return {"title": view.title, "link": view.link, "viewedAt": milliseconds(view.viewed_at)}


def message(message: Message) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": message.public_id,
        "type": message.type,
        # Receivers read one or the other, and one breaks without `message`.
        "text": message.text,
        "message": message.text,
        "createdAt": milliseconds(message.created_at),
    }
    if message.type == Message.Type.AGENT:
        shape["agentId"] = message.agent.public_id if message.agent else ""
        shape["agentName"] = message.agent_name
    if message.files:
        files = [file_links.for_receivers(facts) for facts in message.files]
        shape["file"] = files[0]
        if len(files) > 1:
            # Of the contract's one `file` receivers read the first; all of them are an addition of ours.
            shape["files"] = files
    if message.received_from:
        shape["receivedFrom"] = message.received_from
    if message.is_pushed:
        shape["isPushed"] = True
    if message.read_at:
        shape["readAt"] = milliseconds(message.read_at)
    return shape


def agents(joined: Iterable[Agent]) -> list[dict[str, Any]]:
    return [{"id": agent.public_id, "name": agent.name, "email": agent.email} for agent in joined]


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
