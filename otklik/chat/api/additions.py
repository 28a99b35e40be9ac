"""What Chatra's own API does not have: our additions, in its style."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from ninja import Router

from otklik.chat.actions import agents, mails, reading, sites, typing
from otklik.chat.api import lookup, shapes
from otklik.chat.api.auth import SiteRequest
from otklik.chat.api.both import both
from otklik.chat.errors import ChatError
from otklik.chat.models.hook import light_events, standard_events

router = Router(tags=["additions"])


@both(router, "PUT", "/hooks", "Where webhooks are sent, and which")
def set_hook(request: SiteRequest, given: shapes.NewHook) -> dict[str, Any]:
    known = standard_events() + light_events()
    unknown = set(given.events or []) - set(known)
    if unknown:
        raise ChatError(f"Unknown events: {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
    return shapes.hook(sites.set_hook(request.auth, _address(given.address), given.events))


def _address(value: str, field: str = "address") -> str:
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        raise ChatError(f"{field} must be an http or https address.") from None
    if len(value) > 500:
        raise ChatError(f"{field} is too long: at most 500 characters.")
    return value


@both(router, "GET", "/agents", "The agents of the site")
def list_agents(request: SiteRequest) -> dict[str, Any]:
    return {"agents": shapes.agents(request.auth, request.auth.agents.order_by("id"))}


@both(router, "POST", "/agents", "The agent with this e-mail, made if need be")
def make_agent(request: SiteRequest, given: shapes.NewAgent) -> dict[str, Any]:
    agent = agents.find_or_make(request.auth, email=given.email, name=given.name or "")
    if given.avatar is not None:
        agent = agents.show_picture(agent, _address(given.avatar, "avatar") if given.avatar else "")
    return shapes.agents(request.auth, [agent])[0]


@both(router, "POST", "/clients/{id}/typing", "An agent is writing an answer: the visitor sees it for some seconds")
def type_(request: SiteRequest, id: str, given: shapes.Typing) -> dict[str, Any]:
    conversation = lookup.conversation(request.auth, id)
    name = lookup.typist(request.auth, given)
    typing.by_agent(conversation, name)
    return {"id": conversation.visitor.public_id, "agentName": name}


@both(router, "POST", "/messages/{id}/read", "An agent has read the visitor's messages up to this one")
def read(request: SiteRequest, id: str, clientId: str | None = None) -> dict[str, Any]:
    message = lookup.message(request.auth, id, client_id=clientId)
    reading.by_team(message.conversation, message.number)
    return shapes.message(message) | {"read": True}


@both(router, "DELETE", "/messages/{id}/mail", "Do not send by mail what the visitor has not read yet")
def cancel_mail(request: SiteRequest, id: str, clientId: str | None = None) -> dict[str, Any]:
    message = lookup.message(request.auth, id, client_id=clientId)
    return {"id": message.public_id, "cancelled": mails.cancel(message.conversation)}
