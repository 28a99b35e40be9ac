from __future__ import annotations

from typing import Any

from ninja import Router

from otklik.chat.actions import visitors
from otklik.chat.api import lookup, shapes
from otklik.chat.api.auth import SiteRequest
from otklik.chat.api.both import both

router = Router(tags=["clients"])


@both(router, "GET", "/clients/{id}", "A visitor")
def read(request: SiteRequest, id: str) -> dict[str, Any]:
    return shapes.client(lookup.visitor(request.auth, id))


@both(router, "PUT", "/clients/{id}", "Change what is known of a visitor")
def change(request: SiteRequest, id: str, given: shapes.ChangedClient) -> dict[str, Any]:
    visitors.update(lookup.visitor(request.auth, id), given.dict(exclude_unset=True))
    return shapes.client(lookup.visitor(request.auth, id))
