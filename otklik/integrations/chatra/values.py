"""Single values of a webhook: what is of another kind than it should be counts as not said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from otklik.lib.text import clean_name


def dict_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def id_of(value: Any) -> str:
    """An id as text; some senders write numbers."""
    if isinstance(value, str) and len(value) <= 200 and value.isprintable():
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean_name(str(value))


def email_of(value: Any) -> str:
    if not value:
        return ""
    # Some letters grow when they become small.
    email = clean_name(text_of(value).lower(), 255)
    return email if len(email) <= 254 and "@" in email[1:-1] and " " not in email else ""


def milliseconds_of(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 < value < 4e12 else None


def moment_of(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
