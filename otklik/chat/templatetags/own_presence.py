from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from otklik.chat import promise
from otklik.chat.models import Agent
from otklik.people.models import User

register = template.Library()


@register.inclusion_tag("chat/_own_presence.html", takes_context=True)
def own_presence(context: dict[str, Any]) -> dict[str, Any]:
    """The switch of the signed-in person; nothing for whoever is no agent anywhere."""
    request = context["request"]
    if not isinstance(request.user, User):
        return {"choices": []}
    agents = list(Agent.objects.filter(user=request.user))
    if not agents:
        return {"choices": []}
    chosen = {agent.presence for agent in agents}
    closed = promise.closed({agent.site_id for agent in agents})
    now = {promise.status_of(agent, is_closed=agent.site_id in closed) for agent in agents}
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "choices": [(value, name, {value} == chosen) for value, name in _choices()],
        "status": now.pop() if len(now) == 1 else "mixed",
    }


def _choices() -> list[tuple[str, str]]:
    return [
        ("online", _("Online")),
        ("offline", _("Offline")),
        ("invisible", _("Invisible: visitors see me offline")),
        ("calendar", _("By the hours of the site")),
    ]
