"""Ids of messages that came without one."""

from __future__ import annotations

from hashlib import sha256


def made_id(conversation: str, kind: str, at: int | None, text: str, body: bytes, position: int) -> str:
    """An id for a message without one: the same message again has the same. Without a time only its webhook and its
    place there tell two equal lines apart."""
    parts = [conversation, kind, str(at), text]
    if at is None:
        parts += [sha256(body).hexdigest(), str(position)]
    return "made-" + sha256("\x1f".join(parts).encode()).hexdigest()[:40]
