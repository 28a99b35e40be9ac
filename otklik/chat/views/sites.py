from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from otklik.chat.models import Conversation, Hook, HookDelivery, Site
from otklik.chat.views.mine import site_of, sites_of

SHOWN = 10


@require_safe
def list_sites(request: HttpRequest) -> HttpResponse:
    counted = sites_of(request).annotate(
        open_chats=Count("conversations", filter=Q(conversations__is_open=True), distinct=True)
    )
    return render(request, "chat/sites.html", {"sites": counted.order_by("name", "id")})


@require_safe
def site(request: HttpRequest, key: str) -> HttpResponse:
    found = site_of(request, key)
    context = {
        "site": found,
        "script": f"{settings.PUBLIC_URL}/chatra.js",
        "api": f"{settings.PUBLIC_URL}/api",
        "hooks": [{"hook": hook, **_state(hook)} for hook in found.hooks.order_by("id")],
        "agents": found.agents.order_by("id").select_related("user"),
        "conversations": latest(found)[:SHOWN],
    }
    return render(request, "chat/site.html", context)


def _state(hook: Hook) -> dict[str, object]:
    deliveries = HookDelivery.objects.filter(hook=hook)
    return {
        "waiting": deliveries.filter(state=HookDelivery.State.DUE).count(),
        "deliveries": deliveries.defer("body").order_by("-id")[:SHOWN],
    }


def latest(site: Site) -> QuerySet[Conversation]:
    spoken = Conversation.objects.filter(site=site, last_message_at__isnull=False)
    return spoken.select_related("visitor").order_by("-last_message_at", "-id")


@require_safe
@never_cache
def secret(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "chat/_secret.html", {"site": site_of(request, key)})
