from __future__ import annotations

from typing import Any

from ninja import Router

from otklik.chat.actions import agents, replies
from otklik.chat.api import lookup, shapes
from otklik.chat.api.auth import SiteRequest
from otklik.chat.api.both import both
from otklik.chat.api.idempotency import Key, checked
from otklik.chat.models import Agent

router = Router(tags=["pushed messages"])


@both(router, "POST", "/pushedMessages", "An automated message to the visitor")
def push(request: SiteRequest, given: shapes.NewPushedMessage, idempotency_key: Key = None) -> dict[str, Any]:
    """In the name of that agent, of a random agent of the group, or of a random agent. It starts no enquiry."""
    message = replies.post(
        lookup.conversation(request.auth, given.clientId),
        text=lookup.text(given.text),
        agent=_agent(request, given),
        idempotency_key=checked(idempotency_key),
        is_pushed=True,
    )
    return shapes.message(message)


def _agent(request: SiteRequest, given: shapes.NewPushedMessage) -> Agent:
    if given.agentId:
        return lookup.agent_by_id(request.auth, given.agentId)
    group = lookup.group(request.auth, given.groupId) if given.groupId else None
    return agents.any_of(request.auth, group)


@both(router, "GET", "/pushedMessages/{id}", "An automated message")
def read(request: SiteRequest, id: str) -> dict[str, Any]:
    return shapes.message(lookup.pushed_message(request.auth, id))


@both(router, "PUT", "/pushedMessages/{id}", "Edit an automated message")
def edit(request: SiteRequest, id: str, given: shapes.ChangedMessage) -> dict[str, Any]:
    return shapes.message(replies.edit(lookup.pushed_message(request.auth, id), lookup.text(given.text)))


@both(router, "DELETE", "/pushedMessages/{id}", "Delete an automated message")
def delete(request: SiteRequest, id: str) -> dict[str, Any]:
    return shapes.message(replies.delete(lookup.pushed_message(request.auth, id))) | {"deleted": True}
