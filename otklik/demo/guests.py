"""Visitors of the demo's sites, who write as if a browser of theirs did."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from otklik.chat.actions import messages
from otklik.chat.actions.messages import Post
from otklik.chat.actions.visitors import Arrival
from otklik.chat.models import Conversation, Site
from otklik.chat.wire import Page
from otklik.lib.tokens import digest

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@dataclass(frozen=True)
class Guest:
    name: str
    email: str
    says: tuple[str, ...]
    user_agent: str = CHROME


def come(site: Site, guest: Guest, pages: Sequence[Page]) -> Conversation:
    told = {name: value for name, value in (("name", guest.name), ("email", guest.email)) if value}
    arrival = Arrival(
        site.pk, site.language, digest(secrets.token_urlsafe()), language="ru", ip="127.0.0.1",
        user_agent=guest.user_agent,
    )  # fmt: skip
    for text in guest.says:
        messages.post([Post(arrival, secrets.token_hex(12), text, pages=tuple(pages), integration=told or None)])
    return Conversation.objects.get(visitor__secret_hash=arrival.secret_hash)
