from __future__ import annotations

from typing import Any
from zlib import crc32

from django import template
from django.conf import settings

register = template.Library()

COLOURS = 8


@register.inclusion_tag("desk/_face.html")
def face(name: str, *, small: bool = False, client: bool = False, system: bool = False) -> dict[str, Any]:
    """A round picture with initials in a colour that is always the same for a name."""
    colour = "system" if system else str(crc32(name.casefold().encode()) % COLOURS)
    return {"initials": initials(name), "colour": colour, "small": small, "client": client, "system": system}


@register.filter
def own_picture(address: str) -> str:
    """The address if pages may show it: pictures of other hosts would tell them who reads which task."""
    is_own = address.startswith(f"{settings.PUBLIC_URL}/") or (address.startswith("/") and not address.startswith("//"))
    return address if is_own else ""


def initials(name: str) -> str:
    words = [word for word in name.replace("(", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
