from __future__ import annotations

from typing import Any
from zlib import crc32

from django import template

register = template.Library()

COLOURS = 8


@register.inclusion_tag("desk/_face.html")
def face(name: str, *, small: bool = False, client: bool = False, system: bool = False) -> dict[str, Any]:
    """A round picture with initials in a colour that is always the same for a name."""
    colour = "system" if system else str(crc32(name.casefold().encode()) % COLOURS)
    return {"initials": initials(name), "colour": colour, "small": small, "client": client, "system": system}


def initials(name: str) -> str:
    words = [word for word in name.replace("(", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
