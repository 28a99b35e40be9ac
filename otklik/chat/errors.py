from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _


class ChatError(Exception):
    """What was asked cannot be done; the message is a sentence for whoever asked, in his language."""

    status = 400
    code = "bad_parameter"

    def __init__(self, message: str, *, code: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = dict(fields or {})

    def envelope(self) -> dict[str, object]:
        """`{"error": …}` as the API and the widget's protocol answer it."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.fields:
            error["fields"] = self.fields
        return {"error": error}


class Unauthorized(ChatError):
    status = 401
    code = "unauthorized"


class Forbidden(ChatError):
    status = 403
    code = "forbidden"


class Blocked(Forbidden):
    """The visitor, or whoever is new from his address, is not heard any more."""

    code = "blocked"

    def __init__(self) -> None:
        super().__init__(_("This chat does not take messages from you any more."))


class NotFound(ChatError):
    status = 404
    code = "not_found"


class NotAllowed(ChatError):
    status = 405
    code = "method_not_allowed"


class BodyTooLarge(ChatError):
    status = 413
    code = "too_large"


class Flooded(ChatError):
    """Too much in too short a time."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class Unavailable(ChatError):
    """The database is on its way back, or there is too much at once; the same call may succeed in a moment."""

    status = 503
    code = "unavailable"
