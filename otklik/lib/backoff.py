"""When to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DELAYS = [1, 5, 30, 2 * 60, 10 * 60, 30 * 60, 60 * 60]
LONGEST = timedelta(hours=12)


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed."""
    return timedelta(seconds=DELAYS[min(max(attempts, 1), len(DELAYS)) - 1])


def retry_after(value: str | None, now: datetime) -> timedelta:
    """What the other side asks for in its Retry-After header, seconds or a date; nothing when it cannot be read."""
    if not value:
        return timedelta()
    if value.strip().isascii() and value.strip().isdigit():
        return min(timedelta(seconds=int(value.strip()[:9])), LONGEST)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return timedelta()
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST)
