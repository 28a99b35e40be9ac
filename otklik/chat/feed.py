"""A conversation as the console shows it: messages, notes and steps in one line, by the conversation's counter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from otklik.chat.models import Agent, Conversation, Message, Note, Step

PAGE = 60


@dataclass(frozen=True)
class Entry:
    """`kind`: client, agent, note or step."""

    kind: str
    number: int
    at: datetime
    told: Message | Note | Step
    # Whether the reader may change or withdraw it: his own answers.
    is_own: bool = False


@dataclass(frozen=True)
class Feed:
    entries: list[Entry]
    # Up to which change of the conversation this is true.
    until: int
    # The first line that a page shows.
    first: int
    has_earlier: bool = False
    # Lines that the page shows already, with what became of them.
    changed: list[Entry] = field(default_factory=list)


def latest(chat: Conversation, reader: Agent | None) -> Feed:
    return _page(chat, reader, chat.version + 1)


def before(chat: Conversation, reader: Agent | None, number: int) -> Feed:
    return _page(chat, reader, number)


def news(chat: Conversation, reader: Agent | None, *, since: int, first: int) -> Feed:
    """What is new since a page was true, and what changed of that which it shows."""
    # The conversation was read before: what comes in between is told with the next look. Of a message that changes in
    # between only the change: its line is told now, for the next look takes it for one that the page shows already.
    upto = chat.version
    messages = _messages(chat).filter(version__gt=since, number__lte=upto, number__gte=first)
    notes = chat.notes.filter(number__gt=since, number__lte=upto)
    steps = chat.steps.filter(number__gt=since, number__lte=upto)
    entries = _sorted(messages, notes, steps, reader)
    new = [entry for entry in entries if entry.number > since]
    changed = [entry for entry in entries if entry.number <= since]
    return Feed(new, max(since, upto), first, changed=changed)


def _messages(chat: Conversation) -> QuerySet[Message]:
    return chat.messages.select_related("agent")


def _page(chat: Conversation, reader: Agent | None, below: int) -> Feed:
    def last(rows: QuerySet[Any]) -> list[Any]:
        return list(rows.filter(number__lt=below).order_by("-number")[: PAGE + 1])

    found = _sorted(last(_messages(chat)), last(chat.notes.all()), last(chat.steps.all()), reader)
    entries = found[-PAGE:]
    first = entries[0].number if entries else 0
    return Feed(entries, chat.version, first, has_earlier=len(found) > PAGE)


def _sorted(messages: Any, notes: Any, steps: Any, reader: Agent | None) -> list[Entry]:
    entries = [
        *(_of_message(message, reader) for message in messages),
        *(Entry("note", note.number, note.created_at, note) for note in notes),
        *(Entry("step", step.number, step.created_at, step) for step in steps),
    ]
    return sorted(entries, key=lambda entry: entry.number)


def _of_message(message: Message, reader: Agent | None) -> Entry:
    is_agents = message.type == Message.Type.AGENT
    is_own = is_agents and reader is not None and message.agent_id == reader.pk and message.deleted_at is None
    return Entry(message.type, message.number, message.created_at, message, is_own)
