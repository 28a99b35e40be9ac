"""What a consent is worth (S05): a desk exchanges its code for a token, takes the keys of the site, gives the token
back. An addition of ours; the page itself is `chat/views/consent.py`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.chat.actions import api_keys
from otklik.chat.api.errors import answer
from otklik.chat.consents import SCOPES, desk_of, server
from otklik.chat.errors import Unauthorized


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        return _answered(*server.create_token_response(request.path, "POST", request.POST.urlencode(), {}))


@login_not_required
@never_cache
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """Keys for the consent's site, the secret one made for this desk. They open all of the API, so the token must hold
    all rights."""
    headers = {"Authorization": request.headers.get("Authorization", "")}
    is_valid, asked = server.verify_request(request.path, "GET", None, headers, list(SCOPES))
    if not is_valid:
        return answer(Unauthorized("This token is not known, too old, or without the rights that the keys give."))
    consent = asked.consent
    desk = desk_of(consent.client_id)
    secret = api_keys.hand_out(consent, desk.name if desk else consent.client_id)
    return JsonResponse({"name": consent.site.name, "publicKey": consent.site.public_key, "secretKey": secret})


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def revocation(request: HttpRequest) -> HttpResponse:
    return _answered(*server.create_revocation_response(request.path, "POST", request.POST.urlencode(), {}))


def _answered(headers: dict[str, str], body: Any, status: int) -> HttpResponse:
    return HttpResponse(body or "{}", status=status, headers=headers | {"Content-Type": "application/json"})


urlpatterns = [
    path("token/", token, name="consent_token"),
    path("site/", site, name="consent_site"),
    path("revocation/", revocation, name="consent_revocation"),
]
