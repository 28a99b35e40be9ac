from __future__ import annotations

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.chat.actions import conversations
from otklik.chat.models import Conversation, Site
from otklik.chat.views.mine import agent_of, site_of
from otklik.chat.views.sites import latest
from otklik.chat.webhooks import latest_pages

ON_A_PAGE = 50
# More than anybody reads on a screen; the latest ones are shown.
SHOWN_MESSAGES = 500


@require_safe
def list_conversations(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    page = Paginator(latest(site), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/conversations.html", {"site": site, "page": page})


@require_safe
def conversation(request: HttpRequest, key: str, id: str) -> HttpResponse:
    site = site_of(request, key)
    found = _find(site, id)
    shown = found.messages.select_related("agent").order_by("-number")[:SHOWN_MESSAGES]
    context = {
        "site": site,
        "conversation": found,
        "visitor": found.visitor,
        "shown": reversed(shown),
        "pages": latest_pages([found.visitor_id]).get(found.visitor_id, []),
    }
    return render(request, "chat/conversation.html", context)


@require_POST
def closure(request: HttpRequest, key: str, id: str) -> HttpResponse:
    site = site_of(request, key)
    if conversations.close(_find(site, id), by=agent_of(request, site)):
        notices.success(request, _("The chat is closed."))
    return redirect("conversation", key=key, id=id)


def _find(site: Site, id: str) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("visitor"), site=site, public_id=id)
