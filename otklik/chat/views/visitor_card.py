"""The card of a visitor: who he is, where he comes from, what there was before."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from otklik.chat.actions import visitors
from otklik.chat.errors import ChatError
from otklik.chat.models import Agreement, Conversation, PageView, Step, Visitor
from otklik.chat.views.mine import chat_of
from otklik.chat.webhooks import latest_pages

FIELDS = ("name", "email", "phone", "notes")
SHOWN = 10


@dataclass(frozen=True)
class Card:
    visitor: Visitor
    pages: list[PageView]
    # Ends of earlier enquiries in this chat.
    closings: list[Step]
    # Chats of others with the same e-mail address on this site: perhaps his other devices.
    namesakes: list[Conversation]
    # What he answered to the site's questions, and what the site told beside name, e-mail and phone.
    told: list[tuple[str, Any]]
    agreements: list[Agreement]
    state: str


def card(chat: Conversation) -> Card:
    visitor = chat.visitor
    pages = latest_pages([visitor.pk]).get(visitor.pk, [])[::-1][:SHOWN]
    closings = list(chat.steps.filter(kind=Step.Kind.CLOSED).order_by("-number")[:SHOWN])
    namesakes = _namesakes(chat)
    told = [(one["label"], one["value"]) for one in visitor.answers.values()]
    told += [(name, value) for name, value in visitor.integration.items() if name not in FIELDS]
    agreements = list(visitor.agreements.select_related("version").order_by("-agreed_at")[:SHOWN])
    shown = [
        [getattr(visitor, name) for name in (*FIELDS, "ip", "city", "browser", "os", "device", "referrer", "language")],
        told,
        [one.pk for one in agreements],
        [(page.link, page.viewed_at) for page in pages],
        [step.pk for step in closings],
        [(other.pk, other.is_open) for other in namesakes],
    ]
    return Card(visitor, pages, closings, namesakes, told, agreements, f"{zlib.crc32(repr(shown).encode()):x}")


def _namesakes(chat: Conversation) -> list[Conversation]:
    email = chat.visitor.email or str(chat.visitor.integration.get("email") or "")
    if not email:
        return []
    others = Conversation.objects.filter(site=chat.site, last_message_at__isnull=False, visitor__email__iexact=email)
    return list(others.exclude(pk=chat.pk).select_related("visitor").order_by("-last_message_at")[:SHOWN])


@require_http_methods(["GET", "POST"])
def visitor(request: HttpRequest, id: str) -> HttpResponse:
    """The card, and what was entered in it."""
    chat = chat_of(request, id)
    context: dict[str, Any] = {"chat": chat, "errors": {}}
    status = 200
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in FIELDS}
        try:
            chat.visitor = visitors.update(chat.visitor, given)
            context["is_saved"] = True
        except ChatError as error:
            status = 422
            context |= {"errors": error.fields, "given": given}
        if not request.headers.get("HX-Request"):
            return redirect("chat", id)
    return render(request, "chat/_visitor_card.html", context | {"card": card(chat)}, status=status)
