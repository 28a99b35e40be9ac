from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security.apikey import APIKeyHeader

from otklik.chat.actions import api_keys
from otklik.chat.errors import Flooded, Unauthorized
from otklik.chat.flood import Flood
from otklik.chat.models import Site

SCHEME = "chatra.simple"


# Far above what a desk does; one that calls in a loop must not keep the threads of the API from the others.
calls_of_site = Flood(burst=600, a_minute=1200)


class SiteRequest(HttpRequest):
    """A request that showed a site's keys."""

    auth: Site


class SiteKeys(APIKeyHeader):
    """`Authorization: Chatra.Simple <public key>:<secret key>`, with any secret key of the site that is good now."""

    param_name = "Authorization"

    def __init__(self, calls: Flood = calls_of_site) -> None:
        super().__init__()
        self._calls = calls

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        scheme, _space, keys = (key or "").strip().partition(" ")
        public, _colon, secret = keys.strip().partition(":")
        site = api_keys.site_of(public, secret) if _is_usable(public) and _is_usable(secret) else None
        if scheme.lower() != SCHEME or site is None:
            raise Unauthorized("Wrong keys. Send: Authorization: Chatra.Simple <public key>:<secret key>")
        wait = self._calls.wait(site.pk)
        if wait:
            raise Flooded("Too many calls. Try again later.", wait=wait)
        return site


def _is_usable(key: str) -> bool:
    return bool(key) and len(key) <= 64 and key.isascii() and key.isprintable()
