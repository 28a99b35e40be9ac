"""The chat's consent page (S04): a desk asks for a site's chats, somebody who administers the site allows it or not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2 import AccessDeniedError, FatalClientError, OAuth2Error

from otklik.chat.actions import sites
from otklik.chat.consents import SCOPES, server
from otklik.chat.forms import ConsentSite
from otklik.chat.views.mine import sites_of
from otklik.people.models import User


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    address = f"{request.path}?{request.GET.urlencode()}"
    try:
        scopes, asked = server.validate_authorization_request(address)
    except FatalClientError as error:
        # Whoever asked is unknown, or wants the answer sent elsewhere: he gets none.
        return render(request, "chat/consent_refused.html", {"sentence": _sentence(error)}, status=400)
    except OAuth2Error as error:
        return _back(error.redirect_uri, error)
    if request.method == "POST" and request.POST.get("action") == "cancel":
        return _back(asked["redirect_uri"], AccessDeniedError(state=asked["state"]))
    if request.method == "POST" and request.POST.get("action") == "another":
        logout(request)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': address})}")
    if not isinstance(request.user, User):
        return _page(request, address, asked, None)
    form = ConsentSite(request.POST if request.method == "POST" else None, sites=sites_of(request).order_by("name"))
    if request.method == "POST" and form.is_valid():
        return _given(request.user, address, scopes, form)
    return _page(request, address, asked, form)


@transaction.atomic
def _given(person: User, address: str, scopes: list[str], form: ConsentSite) -> HttpResponse:
    site = form.chosen or sites.make(form.cleaned_data["name"], person, language=get_language() or "ru")
    headers, _body, _status = server.create_authorization_response(
        address, scopes=scopes, credentials={"user": person, "site": site}
    )
    return _redirect(headers["Location"])


def _page(request: HttpRequest, address: str, asked: dict[str, Any], form: ConsentSite | None) -> HttpResponse:
    client = asked["request"].client
    context = {
        "desk": client.name,
        "host": urlsplit(asked["redirect_uri"]).netloc,
        "rights": [SCOPES[scope] for scope in SCOPES if scope in asked["request"].scopes],
        "form": form,
        "next": urlencode({"next": address}),
    }
    response = render(request, "chat/consent.html", context, status=422 if form is not None and form.errors else 200)
    # The form leads to the desk in the end, and a browser asks whether a form may.
    parts = urlsplit(asked["redirect_uri"])
    response._csp_update = {"form-action": f"{parts.scheme}://{parts.netloc}"}  # type: ignore[attr-defined]
    return response


def _back(address: str, error: OAuth2Error) -> HttpResponse:
    return _redirect(add_params_to_uri(address, error.twotuples))


def _redirect(address: str) -> HttpResponse:
    response = HttpResponse(status=302)
    response["Location"] = address
    return response


def _sentence(error: FatalClientError) -> str:
    if "redirect" in str(error.error) or "redirect" in str(error.description or "").lower():
        return _(
            "The link that brought you here wants the answer sent to an address that this desk has not registered."
        )
    return _("Whoever sent you here is not known to this chat.")
