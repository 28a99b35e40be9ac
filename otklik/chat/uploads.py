"""POST /widget/files?key=…&id=…&name=…: a visitor's file, as it is, in the body. Everything that can be told without
the body is checked before it is read."""

from __future__ import annotations

import asyncio
from typing import IO, Any
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from otklik.chat import file_links, wire
from otklik.chat.actions import files
from otklik.chat.actions.files import Given
from otklik.chat.caller import Caller
from otklik.chat.errors import BodyTooLarge, ChatError, Flooded
from otklik.chat.house import House
from otklik.lib.asgi import Receive, Scope, TooLarge, header, read_file

# Larger ones wait on disk; so many at once wait there.
_at_once = asyncio.Semaphore(20)


def query_of(scope: Scope) -> wire.FileCall:
    try:
        given = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10)
    except ValueError:
        raise ChatError("This address says too much.", code="bad_query") from None

    def said(name: str) -> str:
        return str(given.get(name, [""])[0])

    return wire.FileCall(key=said("key"), language=said("language"), id=said("id"), name=said("name"))


async def take(house: House, caller: Caller, call: wire.FileCall, scope: Scope, receive: Receive) -> dict[str, Any]:
    public_id, arrival = wire.id_of(call), caller.arrival()
    announced = header(scope, b"content-length")
    files.check(call.name or "", int(announced) if announced.isdigit() else 1)
    wait = house.files_of_visitor.wait(arrival.key) or await house.newcomers.wait(arrival)
    if wait:
        raise Flooded(_("Too many files at once. Wait a little."), wait=wait)
    async with _at_once:
        content = await _content(scope, receive)
        with content:
            size = content.seek(0, 2)
            file = await house.run(files.upload, arrival, public_id, Given(call.name or "", content, size))
    return {"file": file_links.for_widget(file.facts())}


async def _content(scope: Scope, receive: Receive) -> IO[bytes]:
    try:
        return await read_file(scope, receive, files.LIMIT)
    except TooLarge:
        raise BodyTooLarge(_("This file is too large.")) from None
