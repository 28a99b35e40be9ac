"""Whoever reaches the port may call us by any name: links that leave the house are built from PUBLIC_URL alone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PublicAddressMiddleware:
    """The Host header itself stays as it came: forms are compared with the address that the browser really shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def build_absolute_uri(location: str | None = None) -> str:
            return urljoin(settings.PUBLIC_URL, location or request.get_full_path())

        request.build_absolute_uri = build_absolute_uri  # type: ignore[method-assign]  # whoever asks gets the same
        return self.get_response(request)
