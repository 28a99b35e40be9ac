from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from otklik.chat.models import Conversation
from otklik.chat.views.mine import site_of
from otklik.chat.views.sites import latest

ON_A_PAGE = 50


@require_safe
def list_conversations(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    page = Paginator(latest(site), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/conversations.html", {"site": site, "page": page})


@require_safe
def conversation(request: HttpRequest, key: str, id: str) -> HttpResponse:
    """The address that the API gives for a visitor's chat leads into the console."""
    found = get_object_or_404(Conversation, site=site_of(request, key), public_id=id)
    return redirect("chat", found.public_id)
