from __future__ import annotations

from typing import Annotated

from ninja import Header

from otklik.chat.errors import ChatError

LONGEST = 200

# An addition of ours: the same key again gets the same answer, and no second message.
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


def checked(key: str | None) -> str | None:
    """Raises ChatError for a key that cannot be kept."""
    if key is not None and not (0 < len(key) <= LONGEST and key.isprintable()):
        raise ChatError(f"Idempotency-Key must have 1 to {LONGEST} printable characters.")
    return key
