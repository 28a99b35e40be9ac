from __future__ import annotations

from typing import Any

from ninja import Router

from otklik.chat.actions import replies
from otklik.chat.api import given_message, lookup, shapes
from otklik.chat.api.auth import SiteRequest
from otklik.chat.api.both import both
from otklik.chat.api.idempotency import Key, checked
from otklik.lib.text import clean_name

router = Router(tags=["messages"])


@both(router, "POST", "/messages", "A message to the visitor, in an agent's name", openapi_extra=given_message.SCHEMA)
def send(request: SiteRequest, idempotency_key: Key = None) -> dict[str, Any]:
    given, files = given_message.read(request)
    conversation = lookup.conversation(request.auth, given.clientId)
    message = replies.post(
        conversation,
        text=lookup.text(given.text or "", may_be_empty=bool(files)),
        agent=lookup.agent(request.auth, given),
        received_from=clean_name(given.receivedFrom or "", 100),
        idempotency_key=checked(idempotency_key),
        given=files,
    )
    return shapes.message(message)


@both(router, "GET", "/messages/{id}", "A message")
def read(request: SiteRequest, id: str) -> dict[str, Any]:
    return shapes.message(lookup.message(request.auth, id))


@both(router, "PUT", "/messages/{id}", "Edit an agent's message")
def edit(request: SiteRequest, id: str, given: shapes.ChangedMessage) -> dict[str, Any]:
    message = replies.edit(lookup.message(request.auth, id), lookup.text(given.text))
    return shapes.message(message)


@both(router, "DELETE", "/messages/{id}", "Delete an agent's message")
def delete(request: SiteRequest, id: str) -> dict[str, Any]:
    message = replies.delete(lookup.message(request.auth, id))
    return shapes.message(message) | {"deleted": True}
