"""What agents do with a chat beside talking: give it to somebody, read it, close it, block its visitor."""

from __future__ import annotations

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from otklik.chat import rights
from otklik.chat.actions import assigning, blocking, conversations
from otklik.chat.models import AddressBlock, Agent, AgentGroup, Conversation
from otklik.chat.views.mine import chat_of, person, speaker_of
from otklik.lib.text import clean

ON_A_PAGE = 50


@require_POST
def assignment(request: HttpRequest, id: str) -> HttpResponse:
    """`to`: me, nobody, agent:<id> or group:<id>."""
    chat = chat_of(request, id)
    me = speaker_of(request, chat.site)
    assigning.assign(chat, _chosen(request.POST.get("to", ""), chat, me), by=me)
    return _done(request, id)


def _chosen(to: str, chat: Conversation, me: Agent) -> Agent | AgentGroup | None:
    if to in ("me", "nobody"):
        return me if to == "me" else None
    kind, _colon, key = to.partition(":")
    if kind == "agent":
        return get_object_or_404(Agent, site=chat.site, user__isnull=False, public_id=clean(key))
    if kind == "group" and key.isascii() and key.isdigit() and len(key) < 19:
        return get_object_or_404(AgentGroup, site=chat.site, pk=int(key))
    raise Http404


@require_POST
def closure(request: HttpRequest, id: str) -> HttpResponse:
    chat = chat_of(request, id)
    conversations.close(chat, by=speaker_of(request, chat.site))
    return _done(request, id)


@require_POST
def reading(request: HttpRequest, id: str) -> HttpResponse:
    """The page has shown the chat up to this number to somebody who looks at it."""
    chat = chat_of(request, id)
    upto = request.POST.get("number", "")
    if upto.isascii() and upto.isdigit() and len(upto) < 19:
        assigning.see(chat, int(upto))
    return HttpResponse(status=204)


@require_POST
def block(request: HttpRequest, id: str) -> HttpResponse:
    chat = chat_of(request, id)
    hours = request.POST.get("hours", "")
    chosen = int(hours) if hours in {str(one) for one in blocking.HOURS} else 0
    blocking.block(chat, by=speaker_of(request, chat.site), address_hours=chosen)
    return _done(request, id)


@require_POST
def unblocking(request: HttpRequest, id: str) -> HttpResponse:
    chat = chat_of(request, id)
    if blocking.unblock(chat, by=speaker_of(request, chat.site)):
        said = _("%(name)s may write again.") % {"name": chat.visitor.displayed_name}
        if request.POST.get("from") == "blocked":
            notices.success(request, said)
            return redirect("blocked")
    return _done(request, id)


@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """All blocked visitors of the person's sites."""
    found = rights.chats_of(person(request)).filter(blocked_at__isnull=False).select_related("visitor", "site")
    page = Paginator(found.order_by("-blocked_at", "-id"), ON_A_PAGE).get_page(request.GET.get("page"))
    addresses = AddressBlock.objects.filter(visitor__in=[chat.visitor_id for chat in page])
    until = {block.visitor_id: block for block in addresses}
    entries = [(chat, until.get(chat.visitor_id)) for chat in page]
    return render(request, "chat/blocked.html", {"page": page, "entries": entries})


def _done(request: HttpRequest, id: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("chat", id)
    return trigger_client_event(HttpResponse(status=204), "feed-changed", {})
