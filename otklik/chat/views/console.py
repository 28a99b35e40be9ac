"""The console: the list of chats, an open chat, its visitor."""

from __future__ import annotations

import zlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from otklik.chat import feed as feeds
from otklik.chat import listing
from otklik.chat.actions.blocking import HOURS
from otklik.chat.actions.files import LIMIT
from otklik.chat.flood import neighbourhood
from otklik.chat.models import Agent, AgentGroup, Conversation
from otklik.chat.views import visitor_card
from otklik.chat.views.mine import agent_of, chat_of, person, sites_of
from otklik.chat.wire import FILES_LIMIT, TEXT_LIMIT


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/console.html", _list(request))


@require_safe
def chats(request: HttpRequest) -> HttpResponse:
    """The list alone, for pages that show it."""
    return render(request, "chat/_chats.html", _list(request, request.GET.get("open", "")))


@require_safe
def chat(request: HttpRequest, id: str) -> HttpResponse:
    found = chat_of(request, id)
    context = _list(request, found.public_id) | opened(request, found)
    return render(request, "chat/console.html", context | {"feed": feeds.latest(found, context["me"])})


@require_safe
def feed(request: HttpRequest, id: str) -> HttpResponse:
    """What is new since the page was true; with `before` the lines above those that it shows."""
    found = chat_of(request, id)
    context = opened(request, found)
    above = _number(request.GET.get("before"))
    if above:
        earlier = feeds.before(found, context["me"], above)
        return render(request, "chat/_feed_earlier.html", context | {"feed": earlier})
    since, first = _number(request.GET.get("since")), _number(request.GET.get("first"))
    context["feed"] = feeds.news(found, context["me"], since=since, first=first)
    context["is_head_due"] = request.GET.get("head") != context["head_state"]
    context["is_card_due"] = request.GET.get("card") != context["card"].state
    return render(request, "chat/_feed_news.html", context)


def _list(request: HttpRequest, open_id: str = "") -> dict[str, Any]:
    user, wanted = person(request), listing.wanted_of(request.GET)
    found = listing.listing(user, wanted)
    return {
        "sites": listing.sites(user),
        "administers": sites_of(request).order_by("name", "id").first(),
        "wanted": wanted,
        "query": urlencode(wanted.query),
        "listing": found,
        "tabs": [(tab, found.counts.get(tab), urlencode(wanted.query | {"tab": tab, "q": ""})) for tab in listing.TABS],
        "open_id": open_id,
    }


def opened(request: HttpRequest, chat: Conversation) -> dict[str, Any]:
    """What the page of an open chat shows beside its feed."""
    me = agent_of(request, chat.site)
    visitor = chat.visitor
    is_online = visitor.presences.exists()
    return {
        "chat": chat,
        "visitor": visitor,
        "me": me,
        "is_online": is_online,
        "card": visitor_card.card(chat),
        "head_state": _head_state(chat, is_online),
        "mode": _mode(chat, me),
        "agents": _agents(chat),
        "groups": AgentGroup.objects.filter(site=chat.site).order_by("name"),
        "hours": HOURS if neighbourhood(visitor.ip) else (),
        "limit": TEXT_LIMIT,
        "files": {"largest": LIMIT, "most": FILES_LIMIT},
    }


def _agents(chat: Conversation) -> list[Agent]:
    """To whom it can be given: people who sign in."""
    return list(Agent.objects.filter(site=chat.site, user__is_active=True).order_by("name", "id"))


def _mode(chat: Conversation, me: Agent | None) -> str:
    """Who joins a colleague's chat begins with a note (I6)."""
    other = chat.assigned_to
    is_colleagues = other is not None and other.user_id is not None and other != me
    return "note" if is_colleagues or chat.blocked_at else "reply"


def _head_state(chat: Conversation, is_online: bool) -> str:
    """Changes when the head of an open chat does."""
    shown = [
        chat.visitor.displayed_name,
        chat.is_open,
        chat.blocked_at,
        chat.assigned_to and chat.assigned_to.name,
        chat.group and chat.group.name,
        is_online,
    ]
    return f"{zlib.crc32(repr(shown).encode()):x}"


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else 0
