from __future__ import annotations

from functools import wraps
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.renderers import BaseRenderer

from otklik.chat.api import additions, clients, events, messages, pushed
from otklik.chat.api.auth import SiteKeys
from otklik.chat.api.errors import answer, handle_errors
from otklik.chat.errors import NotAllowed, NotFound


class PlainJSON(BaseRenderer):
    """JSON in UTF-8, the same as in webhooks."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return msgspec.json.encode(data)


class ChatraAPI(NinjaAPI):
    """Ninja, with errors of its router in our envelope too, and keys instead of a session."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _by_keys(pattern.callback)
        return [*patterns, re_path(r"^.*$", _by_keys(_unknown))], app, namespace


def _by_keys(view: Any) -> Any:
    @csrf_exempt
    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response.get("Allow", "")
            response = answer(NotAllowed(f"Use {allowed}."))
            response["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return wrapped


def _unknown(request: HttpRequest) -> HttpResponse:
    return answer(NotFound("There is no such call."))


api = ChatraAPI(
    title="Chatra API of Otklik",
    version="1.0",
    urls_namespace="chatra_api",
    auth=SiteKeys(),
    renderer=PlainJSON(),
    docs=Swagger({"docExpansion": "list", "validatorUrl": None}),
    docs_url="/docs/",
    docs_decorator=require_safe,
)
handle_errors(api)
api.add_router("", messages.router)
api.add_router("", pushed.router)
api.add_router("", clients.router)
api.add_router("", additions.router)
api.add_router("", events.router)
