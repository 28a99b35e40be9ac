"""Addresses of pages, as strangers send them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from otklik.lib.text import clean

_SPACES = re.compile(r"\s+")


def clean_link(value: str, limit: int = 2000) -> str:
    """An http or https address; empty when it is anything else. One that is too long loses its query, then its path."""
    value = _SPACES.sub("", clean(value))
    try:
        parts = urlsplit(value)
        port_is_usable = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_usable:
        return ""
    for shorter in (value, parts._replace(query="", fragment="").geturl(), f"{parts.scheme}://{parts.netloc}/"):
        if len(shorter) <= limit:
            return shorter
    return ""
