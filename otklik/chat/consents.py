"""OAuth 2 of the chat: authorization code with PKCE (S256), for one site (S04).

By oauthlib, on which also django-allauth's identity provider stands. That one keeps codes in Django's cache, which here
is the memory of one process, forgets only after the exchange that a code was used, and knows no site; so the codes are
rows of ours, and the protocol stays the library's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oauthlib.oauth2 import InvalidRequestError, RequestValidator, WebApplicationServer

from otklik.chat.models import Consent
from otklik.lib.tokens import digest, random_token

SCOPES: dict[str, str | Promise] = {
    "messages": _("Read and create messages"),
    "visitors": _("Get and change information about visitors"),
    "agents": _("Get information about operators"),
    "agents:create": _("Create new operators"),
}
CODE_GOOD_FOR = timedelta(seconds=60)
TOKEN_GOOD_FOR = timedelta(minutes=5)
# Longer than code and token are good for: meanwhile a code that comes twice takes its token back.
KEPT_FOR = timedelta(days=1)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Desk:
    """Who may ask for a consent, and the only addresses to which he may have the answer sent."""

    client_id: str
    name: str
    backs: list[str]


def desk_of(client_id: str) -> Desk | None:
    known = settings.CHAT_DESKS.get(client_id)
    return Desk(client_id, str(known["name"]), list(known["backs"])) if known else None


class Validator(RequestValidator):  # type: ignore[misc]  # oauthlib ships no types
    # ---- the page

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        request.client = desk_of(client_id)
        return request.client is not None

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return redirect_uri in request.client.backs

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> None:
        return None

    def validate_response_type(self, client_id: str, response_type: str, *args: Any, **kwargs: Any) -> bool:
        return response_type == "code"

    def validate_scopes(self, client_id: str, scopes: list[str], *args: Any, **kwargs: Any) -> bool:
        return bool(scopes) and set(scopes) <= set(SCOPES)

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return []

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Any, *args: Any, **kw: Any
    ) -> None:
        Consent.objects.create(
            client_id=client_id,
            user=request.user,
            site=request.site,
            scopes=request.scopes,
            back=request.redirect_uri,
            challenge=request.code_challenge,
            code=digest(code["code"]),
        )

    # ---- the exchange, inside a transaction of its view

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        # A desk on another server can keep no secret from whoever runs it: PKCE binds the code to who asked for it.
        return False

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return self.validate_client_id(client_id, request)

    def validate_grant_type(self, client_id: str, grant_type: str, *args: Any, **kwargs: Any) -> bool:
        return grant_type == "authorization_code"

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Good once, whatever comes of it; a second time takes the token back that the first has brought."""
        consents = Consent.objects.select_for_update(of=("self",)).select_related("user")
        consent = consents.filter(code=digest(code), client_id=client_id).first()
        if consent is None:
            return False
        now = timezone.now()
        if consent.used_at is not None:
            Consent.objects.filter(pk=consent.pk, revoked_at=None).update(revoked_at=now)
            return False
        Consent.objects.filter(pk=consent.pk).update(used_at=now)
        request.consent, request.user, request.scopes = consent, consent.user, consent.scopes
        return consent.created_at > now - CODE_GOOD_FOR and consent.user.is_active

    def get_code_challenge(self, code: str, request: Any) -> str:
        return str(request.consent.challenge)

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return "S256"

    def confirm_redirect_uri(self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any) -> bool:
        return bool(request.consent.back == redirect_uri)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        Consent.objects.filter(pk=request.consent.pk).update(token=digest(token["access_token"]))

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """It was used up when it was looked at."""

    # ---- the token

    def validate_bearer_token(self, token: str, scopes: list[str], request: Any) -> bool:
        consents = Consent.objects.select_related("site", "user")
        consent = consents.filter(token=digest(token or ""), revoked_at=None).first()
        if consent is None or consent.used_at is None or consent.used_at < timezone.now() - TOKEN_GOOD_FOR:
            return False
        request.consent = consent
        return consent.user.is_active and set(scopes) <= set(consent.scopes)

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        Consent.objects.filter(token=digest(token), revoked_at=None).update(revoked_at=timezone.now())


def purge() -> None:
    """Removes consents of which nothing is good any more."""
    Consent.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()


def _server() -> WebApplicationServer:
    server = WebApplicationServer(
        Validator(),
        token_generator=lambda request, refresh_token=False: random_token(48),
        token_expires_in=int(TOKEN_GOOD_FOR.total_seconds()),
    )
    # The desk needs the token for a moment only.
    server.auth_grant.refresh_token = False
    server.auth_grant.custom_validators.post_auth.append(_only_s256)
    return server


def _only_s256(request: Any) -> dict[str, str]:
    if request.code_challenge_method != "S256" or not CHALLENGE.fullmatch(request.code_challenge):
        raise InvalidRequestError(description="code_challenge_method must be S256.", request=request)
    return {}


server = _server()
