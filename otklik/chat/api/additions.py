"""What Chatra's own API does not have: our additions, in its style."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from ninja import Router

from otklik.chat.actions import agents, sites
from otklik.chat.api import shapes
from otklik.chat.api.auth import SiteRequest
from otklik.chat.api.both import both
from otklik.chat.errors import ChatError
from otklik.chat.models.hook import standard_events

router = Router(tags=["additions"])


@both(router, "PUT", "/hooks", "Where webhooks are sent, and which")
def set_hook(request: SiteRequest, given: shapes.NewHook) -> dict[str, Any]:
    unknown = set(given.events or []) - set(standard_events())
    if unknown:
        raise ChatError(f"Unknown events: {', '.join(sorted(unknown))}. Known: {', '.join(standard_events())}.")
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
    return {"agents": [shapes.agent(agent) for agent in request.auth.agents.order_by("id")]}


@both(router, "POST", "/agents", "The agent with this e-mail, made if need be")
def make_agent(request: SiteRequest, given: shapes.NewAgent) -> dict[str, Any]:
    agent = agents.find_or_make(request.auth, email=given.email, name=given.name or "")
    if given.avatar is not None:
        agent = agents.show_picture(agent, _address(given.avatar, "avatar") if given.avatar else "")
    return shapes.agent(agent)
