from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security.apikey import APIKeyHeader

from otklik.chat.errors import Unauthorized
from otklik.chat.models import Site
from otklik.lib.tokens import same

SCHEME = "chatra.simple"


class SiteRequest(HttpRequest):
    """A request that showed a site's keys."""

    auth: Site


class SiteKeys(APIKeyHeader):
    """`Authorization: Chatra.Simple <public key>:<secret key>`"""

    param_name = "Authorization"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        scheme, _space, keys = (key or "").strip().partition(" ")
        public, _colon, secret = keys.strip().partition(":")
        site = Site.objects.filter(public_key=public).first() if _is_usable(public) else None
        # Compared also when there is no such site, so that time does not tell which public keys exist.
        is_right = same(secret, site.secret_key if site else "no such site")
        if scheme.lower() != SCHEME or site is None or not is_right:
            raise Unauthorized("Wrong keys. Send: Authorization: Chatra.Simple <public key>:<secret key>")
        return site


def _is_usable(key: str) -> bool:
    return bool(key) and len(key) <= 64 and key.isascii() and key.isprintable()
