"""Ids of messages that came without one."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256


def made_id(conversation: str, kind: str, at: int | None, text: str, webhook: Callable[[], str], position: int) -> str:
    """An id for a message without one: the same message again has the same. Without a time only its webhook and its
    place there tell two equal lines apart; `webhook` gives a fingerprint of it."""
    parts = [conversation, kind, str(at), text]
    if at is None:
        parts += [webhook(), str(position)]
    return "made-" + sha256("\x1f".join(parts).encode()).hexdigest()[:40]
