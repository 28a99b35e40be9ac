"""/widget/…: what the widget's frame asks for, as plain ASGI. Everything is checked here: method, origin, size, the
site's key, the visitor's secret. JSON in, JSON out, no cookies."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.chat import calls, seats, uploads
from otklik.chat.caller import Caller, language_of
from otklik.chat.errors import (
    BodyTooLarge,
    ChatError,
    Flooded,
    Forbidden,
    NotAllowed,
    NotFound,
    Unauthorized,
    Unavailable,
)
from otklik.chat.flood import neighbourhood
from otklik.chat.house import House
from otklik.chat.wire import Call, decode
from otklik.lib import address
from otklik.lib.asgi import JSON_HEADERS, Receive, Scope, Send, TooLarge, answer, header, read_body
from otklik.lib.threads import CUT
from otklik.lib.tokens import digest
from otklik.live.hub import Change, hub

log = logging.getLogger("otklik.chat")

BODY_LIMIT = 64 * 1024
SECRET = re.compile(r"[A-Za-z0-9_-]{32,128}")

_house: House | None = None


async def start() -> None:
    """Opens the door: threads, the sender of webhooks, the heartbeat of this process."""
    global _house
    _house = House()
    await _house.open()


async def stop() -> None:
    global _house
    if _house is not None:
        await _house.close()
    _house = None


def look() -> list[Change]:
    return _house.streams.look() if _house is not None else []


hub.register_look(look)


async def door(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        if _house is None:
            raise Unavailable("The chat is not open yet.")
        if scope["path"] == "/widget/stream":
            _require(scope, "GET")
            # To open and close one writes something, too.
            _check_flood(_house, address.of(scope))
            await _house.streams.stream(scope, receive, send)
            return
        content = await (_uploaded if _is_upload(scope) else _called)(_house, scope, receive)
    except ChatError as error:
        await _refuse(send, error)
    else:
        await answer(send, 200, msgspec.json.encode(content))


def _require(scope: Scope, method: str) -> None:
    if scope["method"] != method:
        raise NotAllowed(f"Use {method}.")
    _check_origin(scope)


def _check_origin(scope: Scope) -> None:
    """A page of somebody else's must not speak with the secret that only our frame knows."""
    origin = header(scope, b"origin").decode("latin-1")
    if not origin or origin == settings.PUBLIC_URL:
        return
    if origin == "null" or urlsplit(origin).netloc != header(scope, b"host").decode("latin-1"):
        raise Forbidden("This call may come from the chat's own frame only.", code="foreign_origin")


async def _called(house: House, scope: Scope, receive: Receive) -> Any:
    found = calls.CALLS.get(scope["path"].removeprefix("/widget/").rstrip("/"))
    if found is None:
        raise NotFound("There is nothing at this address.")
    _require(scope, "POST")
    ip = address.of(scope)
    _check_flood(house, ip)
    body = await _body(scope, receive)
    call = decode(body, found.kind)
    with translation.override(language_of(call)):
        return await _answered(house, found.answer, await _caller(house, scope, call, ip), call)


def _is_upload(scope: Scope) -> bool:
    return str(scope["path"]).rstrip("/") == "/widget/files"


async def _uploaded(house: House, scope: Scope, receive: Receive) -> Any:
    _require(scope, "POST")
    ip = address.of(scope)
    _check_flood(house, ip)
    call = uploads.query_of(scope)
    with translation.override(language_of(call)):
        caller = await _caller(house, scope, call, ip)

        async def take(house: House, caller: Caller, call: Any) -> Any:
            return await uploads.take(house, caller, call, scope, receive)

        return await _answered(house, take, caller, call)


def _check_flood(house: House, ip: str | None) -> None:
    origin = neighbourhood(ip)
    wait = house.calls_of_address.wait(origin) if origin else 0
    if wait:
        raise Flooded("Too many calls from this address.", wait=wait)


async def _body(scope: Scope, receive: Receive) -> bytes:
    try:
        return await read_body(scope, receive, BODY_LIMIT)
    except TooLarge:
        raise BodyTooLarge("This is more than the chat takes at once.") from None


async def _caller(house: House, scope: Scope, call: Call, ip: str | None) -> Caller:
    site = await house.site(call.key or "")
    if site is None:
        raise NotFound(_("There is no chat with this key."), code="unknown_site")
    user_agent = header(scope, b"user-agent").decode("utf-8", "replace")
    hash = await _secret_hash(house, site.pk, _secret(scope))
    return Caller(site, hash, language_of(call, site), ip, user_agent)


async def _secret_hash(house: House, site_id: int, secret: str | None) -> bytes | None:
    if secret is None:
        return None
    place = await house.run(seats.taken, site_id, secret) if seats.is_seat(secret) else None
    return place or digest(secret)


def _secret(scope: Scope) -> str | None:
    given = header(scope, b"authorization").decode("latin-1")
    if not given:
        return None
    scheme, _space, secret = given.partition(" ")
    if scheme.lower() != "visitor" or not SECRET.fullmatch(secret):
        raise Unauthorized(_("This is not a visitor's secret."))
    return secret


async def _answered(house: House, work: Callable[..., Awaitable[Any]], caller: Caller, call: Call) -> Any:
    with translation.override(caller.language):
        try:
            return await work(house, caller, call)
        except CUT as error:
            log.warning("the database does not answer: %s", error)
            raise Unavailable(_("The chat is busy. Try again in a moment.")) from error


async def _refuse(send: Send, error: ChatError) -> None:
    headers = list(JSON_HEADERS)
    if isinstance(error, Flooded | Unavailable):
        headers.append((b"retry-after", b"%d" % (error.wait if isinstance(error, Flooded) else 1)))
    await answer(send, error.status, msgspec.json.encode(error.envelope()), headers)
