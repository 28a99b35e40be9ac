"""Every error is `{"error": {"code", "message"}}`, whoever raised it."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from otklik.chat.errors import ChatError, Flooded, Unavailable

log = logging.getLogger("otklik.chat.api")


def answer(error: ChatError) -> HttpResponse:
    # Fields are for forms; the contract's error has two words.
    content = {"error": {"code": error.code, "message": error.message}}
    return JsonResponse(content, status=error.status, headers=_when(error))


def _when(error: ChatError) -> dict[str, str]:
    if isinstance(error, Flooded):
        return {"Retry-After": str(error.wait)}
    return {"Retry-After": "2"} if isinstance(error, Unavailable) else {}


def handle_errors(api: NinjaAPI) -> None:
    api.add_exception_handler(ChatError, _chat_error)
    api.add_exception_handler(ValidationError, _bad_parameter)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Exception, _unexpected)


def _chat_error(request: HttpRequest, error: ChatError | type[ChatError]) -> HttpResponse:
    assert isinstance(error, ChatError)
    return answer(error)


def _bad_parameter(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    assert isinstance(error, ValidationError)
    first = error.errors[0]
    name = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path", "given"})
    names = {"missing": "is missing", "string_type": "must be a text"}
    sentence = names.get(first["type"], str(first["msg"]))
    return answer(ChatError(f"{name or 'The body'} {sentence}."))


def _http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)
    refused = ChatError("The body is not JSON." if error.status_code == 400 else error.message)
    refused.status = error.status_code
    return answer(refused)


def _unexpected(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    log.exception("an API call failed: %s %s", request.method, request.path)
    content = {"error": {"code": "internal", "message": "Something went wrong on our side. Try again later."}}
    return JsonResponse(content, status=500)
