"""Desk and chat are two products under one roof: two address spaces, two sessions, two secrets for forms. Who signs in
to the chat as somebody else stays signed in to the desk (S04), and forms that are open there keep working."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

COOKIES = {"desk": "otklik_desk", "chat": "otklik_chat"}
FORM_COOKIES = {"desk": "otklik_desk_form", "chat": "otklik_chat_form"}


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
        _take(request, COOKIES, settings.SESSION_COOKIE_NAME)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return _give(request, super().process_response(request, response), COOKIES, settings.SESSION_COOKIE_NAME)


class FormMiddleware(CsrfViewMiddleware):
    """Django's guard of forms, its secret kept in a cookie of the side: it changes at each sign-in."""

    def process_request(self, request: HttpRequest) -> None:
        _take(request, FORM_COOKIES, settings.CSRF_COOKIE_NAME)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return _give(request, super().process_response(request, response), FORM_COOKIES, settings.CSRF_COOKIE_NAME)


def _take(request: HttpRequest, names: dict[str, str], name: str) -> None:
    """Show Django the side's cookie under the one name that it knows."""
    own = request.COOKIES.get(names[side_of(request)])
    request.COOKIES.pop(name, None)
    if own:
        request.COOKIES[name] = own


def _give(request: HttpRequest, response: Any, names: dict[str, str], name: str) -> Any:
    morsel = response.cookies.pop(name, None)
    if morsel is not None:
        own = names[side_of(request)]
        response.cookies[own] = morsel.value
        for attribute, value in morsel.items():
            response.cookies[own][attribute] = value
    return response
