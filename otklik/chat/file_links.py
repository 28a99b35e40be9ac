"""Addresses of files: signed, for a week, and without cookies for whoever has them: the visitor by his stream, agents
by webhooks and the API."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core import signing

from otklik.lib.media import PICTURES

# As long as a webhook may be on its way, and a page of the widget open.
GOOD_FOR = 7 * 24 * 3600
SALT = "otklik.chat.file"


class Ticket(NamedTuple):
    key: str
    is_preview: bool


def address(facts: dict[str, Any], *, is_preview: bool = False) -> str:
    """Of a file by the facts that its message has of it."""
    token = signing.TimestampSigner(salt=SALT).sign(f"{'p' if is_preview else 'f'}{facts['key']}")
    return f"{settings.FILES_URL}/files/chat/{token}/{quote(facts['name'], safe='')}"


def preview(facts: dict[str, Any]) -> str:
    """A picture's preview for pages of our own; empty for all else."""
    return address(facts, is_preview=True).removeprefix(settings.PUBLIC_URL) if is_picture(facts) else ""


def read(token: str) -> Ticket | None:
    """None: forged, or too old."""
    try:
        said = signing.TimestampSigner(salt=SALT).unsign(token, max_age=GOOD_FOR)
        return Ticket(said[1:], said.startswith("p"))
    except signing.BadSignature:
        return None


def for_widget(facts: dict[str, Any]) -> dict[str, Any]:
    """What the visitor's page shows. Only of a picture there is a preview."""
    return {
        "id": facts["id"],
        "name": facts["name"],
        "size": facts["size"],
        "url": address(facts),
        "preview": address(facts, is_preview=True) if is_picture(facts) else "",
        "width": facts["width"],
        "height": facts["height"],
    }


def for_receivers(facts: dict[str, Any]) -> dict[str, Any]:
    """`file` of a message as contracts/chatra.md §2 has it."""
    return {"name": facts["name"], "url": address(facts), "size": facts["size"], "contentType": facts["type"]}


def is_picture(facts: dict[str, Any]) -> bool:
    """Whether there is a preview."""
    return facts["width"] is not None and facts["type"] in PICTURES.values()
