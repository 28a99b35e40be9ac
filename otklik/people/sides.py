"""Desk and chat are two products under one roof: two address spaces, two sessions. Who signs in to the chat as somebody
else stays signed in to the desk (S04)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIES = {"desk": "otklik_desk", "chat": "otklik_chat"}


def side_of(request: HttpRequest) -> str:
    return "chat" if request.path_info.startswith("/chat/") else "desk"


def side(request: HttpRequest) -> dict[str, str]:
    """For templates: on which of the two sides this page is."""
    return {"side": side_of(request)}


class SideMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if side_of(request) == "chat":
            request.urlconf = settings.CHAT_URLCONF
        return self.get_response(request)


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's sessions, kept in a cookie of the side."""

    def process_request(self, request: HttpRequest) -> None:
        own = request.COOKIES.get(COOKIES[side_of(request)])
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        if own:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = own
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        response = super().process_response(request, response)
        morsel = response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        if morsel is not None:
            name = COOKIES[side_of(request)]
            response.cookies[name] = morsel.value
            for attribute, value in morsel.items():
                response.cookies[name][attribute] = value
        return response
