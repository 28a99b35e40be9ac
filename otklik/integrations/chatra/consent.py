"""The consent page of our own chat, as the desk's side sees it (S04, S05): its address, and what its code is worth."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import httpx2
from django.conf import settings as django_settings
from django.utils.translation import gettext_noop as _

from otklik.integrations.errors import Refused, Unreachable

# By which our chat knows this desk.
CLIENT_ID = "otklik"
SCOPES = "messages visitors agents agents:create"


def address(*, state: str, verifier: str, back: str) -> str:
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": back,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{django_settings.PUBLIC_URL}/chat/consent/?{urlencode(asked)}"


def take(http: httpx2.Client, *, code: str, verifier: str, back: str) -> dict[str, Any]:
    """The keys of the site for which the consent was given. The token is given back at once.

    Raises Unreachable, Refused."""
    exchange = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    token = str(_call(http, "POST", "token/", data=exchange).get("access_token", ""))
    site = _call(http, "GET", "site/", headers={"Authorization": f"Bearer {token}"})
    _call(http, "POST", "revocation/", data={"token": token, "client_id": CLIENT_ID})
    return {
        "base_url": f"{django_settings.PUBLIC_URL}/api",
        "public_key": str(site.get("publicKey", "")),
        "secret_key": str(site.get("secretKey", "")),
        "has_idempotency": True,
    }


def _call(http: httpx2.Client, method: str, path: str, **content: Any) -> dict[str, Any]:
    try:
        answer = http.request(method, f"{django_settings.PUBLIC_URL}/api/consent/{path}", **content)
    except httpx2.HTTPError as error:
        raise Unreachable(_("The chat did not answer. Nothing is connected yet; try again in a moment.")) from error
    if answer.status_code >= 500:
        raise Unreachable(_("The chat did not answer. Nothing is connected yet; try again in a moment."))
    if not answer.is_success:
        raise Refused(_("The chat refused the consent: it was used already, or it is too old. Connect once more."))
    try:
        said = answer.json()
    except ValueError as error:
        raise Unreachable(_("The chat did not answer. Nothing is connected yet; try again in a moment.")) from error
    return said if isinstance(said, dict) else {}
