"""Who is typing. Open pages are told, and hooks that ask for it; it is written down nowhere and ends by itself."""

from __future__ import annotations

import msgspec

from otklik.chat import light_hooks
from otklik.chat.models import Conversation
from otklik.lib.text import clean, clean_name
from otklik.live.hub import Change
from otklik.live.publish import tell

# What somebody types is shown shortened: a notice holds less than 8000 bytes together with others.
SHOWN_TEXT = 500


class Mark(msgspec.Struct, frozen=True):
    """What a notice tells. Nothing is kept that could be read afterwards, so the name itself carries it."""

    # `client` or `agent`.
    by: str
    name: str = ""
    # What the visitor has typed so far, where his site shows it to agents.
    text: str = ""


def topic(conversation_id: int) -> str:
    return f"typing:{conversation_id}"


def by_visitor(conversation: Conversation, text: str = "") -> None:
    """The visitor types; `text` as far as he knows that it is shown."""
    _tell(conversation, Mark("client", conversation.visitor.displayed_name, clean(text)[:SHOWN_TEXT]))
    light_hooks.tell("visitorTyping", conversation)


def by_agent(conversation: Conversation, name: str) -> None:
    """Somebody of this name writes an answer; an empty name: it is not said who."""
    _tell(conversation, Mark("agent", clean_name(name, 100)))


def _tell(conversation: Conversation, mark: Mark) -> None:
    tell([Change(topic(conversation.pk), msgspec.json.encode(mark).decode())])


def read(change: Change) -> Mark | None:
    """None: this change is of another kind."""
    return msgspec.json.decode(change.name, type=Mark) if change.topic.startswith("typing:") else None
