"""The feed of events, by number: an addition of ours, so that what no webhook brought can still be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from ninja import Query, Router

from otklik.chat import chatra, event_feed
from otklik.chat.api.auth import SiteRequest
from otklik.chat.api.both import both
from otklik.chat.models import ChatEvent, Message
from otklik.chat.webhooks import Bodies, Happening
from otklik.chat.wire import milliseconds

MOST = 200
# The largest number that PostgreSQL's column holds.
HIGHEST = 2**63 - 1

router = Router(tags=["additions"])

After = Annotated[int, Query(ge=0, le=HIGHEST, description="The number of the last event that you have.")]
Limit = Annotated[int, Query(ge=1, le=MOST)]


@both(router, "GET", "/events", "What happened in the chats, by number")
def list_events(request: SiteRequest, after: After = 0, limit: Limit = 100) -> dict[str, Any]:
    """`{"events": [{"number", "at", …the webhook's body}], "last"}`: ask again with the number of the latest event that
    you got, until it is `last`. Messages are shown as they are now: of a deleted one only its id."""
    events = event_feed.after(request.auth, after, limit)
    messages = event_feed.messages_of(events)
    told = [(event, _happening(event, messages)) for event in events]
    bodies = Bodies([happening for _event, happening in told])
    shown = [
        {"number": event.number, "at": milliseconds(event.at)} | bodies.shape(happening) | _messages(happening)
        for event, happening in told
    ]
    return {"events": shown, "last": event_feed.last(request.auth)}


def _happening(event: ChatEvent, messages: Mapping[int, Message]) -> Happening:
    named = [messages[pk] for pk in event.message_ids if pk in messages]
    return Happening(event.name, event.conversation, named)


def _messages(happening: Happening) -> dict[str, Any]:
    return {"messages": [chatra.message(one) if one.deleted_at is None else _gone(one) for one in happening.messages]}


def _gone(message: Message) -> dict[str, Any]:
    return {"id": message.public_id, "type": message.type, "deleted": True}
