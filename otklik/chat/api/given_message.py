"""A new message as it is given: as JSON with a file by its address, or as a form with `file` parts (our addition)."""

from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError
from ninja.errors import ValidationError as BadParameter
from pydantic import ValidationError

from otklik.chat.actions.files import LIMIT, Given
from otklik.chat.api import shapes
from otklik.chat.api.auth import SiteRequest
from otklik.chat.errors import ChatError, Unavailable
from otklik.chat.wire import FILES_LIMIT
from otklik.lib.fetch import NotFetched, fetch

# Whoever calls waits for it.
SECONDS = 15.0
# A silent server must not keep all threads of the API from everybody else.
_fetching = threading.BoundedSemaphore(2)

_MESSAGE: dict[str, Any] = shapes.NewMessage.json_schema()
_PART = {"type": "array", "items": {"type": "string", "format": "binary"}}
SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _MESSAGE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in _MESSAGE["properties"]} | {"file": _PART},
                    "required": ["clientId"],
                }
            },
        },
    }
}


def read(request: SiteRequest) -> tuple[shapes.NewMessage, list[Given]]:
    """Raises ChatError and Ninja's errors."""
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        message = _message(_form(request))
        parts = request.FILES.getlist("file")
        files = [Given(part.name or "", part.file or part, part.size or 0) for part in parts]
    else:
        message = _message(_json(request))
        files = [_fetched(message.file)] if message.file else []
    if len(files) > FILES_LIMIT:
        raise ChatError(f"At most {FILES_LIMIT} files fit into one message.")
    if not files and message.text is None:
        raise ChatError("text is missing.")
    return message, files


def _form(request: SiteRequest) -> dict[str, Any]:
    try:
        return request.POST.dict()
    except (MultiPartParserError, SuspiciousOperation):
        raise ChatError("The form cannot be read.") from None


def _json(request: SiteRequest) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise HttpError(400, "The body is not JSON.") from None


def _message(given: Any) -> shapes.NewMessage:
    try:
        return shapes.NewMessage.model_validate(given)
    except ValidationError as error:
        raise BadParameter([{**one} for one in error.errors(include_url=False)]) from error


def _fetched(file: shapes.FileAt | str) -> Given:
    url = file if isinstance(file, str) else file.url
    name = (None if isinstance(file, str) else file.name) or unquote(urlsplit(url).path.rpartition("/")[2])
    if not _fetching.acquire(blocking=False):
        raise Unavailable("Other files are being fetched. Try again in a moment.")
    try:
        content = fetch(url, limit=LIMIT, seconds=SECONDS)
    except NotFetched as error:
        raise ChatError(f"file could not be fetched: {error.sentence}") from error
    finally:
        _fetching.release()
    return Given(name, content, content.seek(0, 2))
