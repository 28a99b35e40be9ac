from __future__ import annotations

from urllib.parse import urlsplit


def target_of(address: str) -> str:
    """Scheme, host and port, by which requests stand in one queue, and to which a secret header belongs."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"[:300]
