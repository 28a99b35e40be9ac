from __future__ import annotations

import re

# NUL cannot be stored; other control characters but tab and newline can only mislead.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Marks that turn the direction of text: `<name>gnp.exe` would be read as a picture.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def clean(text: str) -> str:
    """Text from outside as it may be stored: no control characters, no halves of characters, plain newlines."""
    # Most texts are of one clean line, and every webhook brings twenty of them.
    if text.isprintable():
        return text
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_name(text: str, limit: int = 200) -> str:
    """A name or title from outside: one line, no marks of direction, at most `limit` characters."""
    if not text.isprintable():
        text = _DIRECTION.sub("", clean(text))
    return " ".join(text.split())[:limit]
