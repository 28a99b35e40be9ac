"""Which webhooks are sent, and what they say. A webhook is a row, written in the transaction of the change that it
tells of; `otklik.chat.sending` carries it out after the commit. What happened is kept for the feed too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.db import transaction

from otklik.chat import chatra, event_feed
from otklik.chat.models import Agent, Conversation, Hook, HookDelivery, Message, PageView, Site, Visitor
from otklik.chat.sending import Line, sender

PAGES_LIMIT = 20
# A receiver's limit is 1 MiB; of a longer transcript the latest messages are sent.
TRANSCRIPT_LIMIT = 700_000


@dataclass
class Happening:
    """Something that hooks may want to know."""

    event: str
    conversation: Conversation
    messages: Sequence[Message] = field(default_factory=list)
    # Of the mail that carries these messages: state, at in milliseconds.
    mail: dict[str, Any] | None = None


def record(happenings: Sequence[Happening]) -> None:
    """Writes a row for each active hook that wants to know, within the present transaction; they are sent after it."""
    tell(happenings)
    event_feed.keep(happenings)


def tell(happenings: Sequence[Happening]) -> None:
    """The same without a place in the feed."""
    hooks = _hooks({happening.conversation.site_id for happening in happenings})
    wanted = [
        (hook, happening)
        for happening in happenings
        for hook in hooks.get(happening.conversation.site_id, [])
        if happening.event in hook.events
    ]
    if not wanted:
        return
    bodies = Bodies([happening for _hook, happening in wanted])
    rows = [
        HookDelivery(
            hook=hook,
            conversation=happening.conversation,
            event=happening.event,
            body=bodies.of(happening),
        )
        for hook, happening in wanted
    ]
    HookDelivery.objects.bulk_create(rows)
    lines = list(dict.fromkeys(Line(row.hook_id, row.conversation_id) for row in rows))
    transaction.on_commit(lambda: sender.wake(lines))


def _hooks(site_ids: set[int]) -> dict[int, list[Hook]]:
    found: dict[int, list[Hook]] = defaultdict(list)
    # Kept until the commit: a hook that goes away at this moment would take the visitor's message with it.
    hooks = Hook.objects.raw(
        "SELECT * FROM chat_hook WHERE site_id = ANY(%s::bigint[]) AND is_active ORDER BY id FOR KEY SHARE",
        [list(site_ids)],
    )
    for hook in hooks:
        found[hook.site_id].append(hook)
    return found


class Bodies:
    """Bodies of many happenings, with what they need read at once."""

    def __init__(self, happenings: Iterable[Happening]) -> None:
        conversations = {happening.conversation.pk: happening.conversation for happening in happenings}
        self._sites = Site.objects.in_bulk({conversation.site_id for conversation in conversations.values()})
        self._visitors = Visitor.objects.in_bulk({conversation.visitor_id for conversation in conversations.values()})
        self._pages = latest_pages(self._visitors)
        self._agents = _joined(conversations.values())
        self._made: dict[int, bytes] = {}

    def of(self, happening: Happening) -> bytes:
        # Two hooks that want the same get the same bytes.
        if id(happening) not in self._made:
            self._made[id(happening)] = msgspec.json.encode(self.shape(happening))
        return self._made[id(happening)]

    def shape(self, happening: Happening) -> dict[str, Any]:
        """The webhook's body: every field of the contract's table (§2)."""
        conversation = happening.conversation
        site, visitor = self._sites[conversation.site_id], self._visitors[conversation.visitor_id]
        return {
            "eventName": happening.event,
            "hostName": _host(conversation, site),
            "account": {"id": site.public_key},
            "chatStartedPage": conversation.started_page or {"title": "", "link": ""},
            "client": chatra.client(visitor, conversation, self._pages.get(visitor.pk, [])),
            "messages": _fitting([chatra.message(message) for message in happening.messages]),
            "agents": chatra.agents(self._agents.get(conversation.pk, [])),
            **({"mail": happening.mail} if happening.mail else {}),
        }


def _host(conversation: Conversation, site: Site) -> str:
    """The host of the website on which the chat began."""
    link = str(conversation.started_page.get("link", ""))
    return urlsplit(link).hostname or (site.hosts[0] if site.hosts else urlsplit(settings.PUBLIC_URL).hostname) or ""


def _fitting(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    size = 0
    for place in range(len(messages) - 1, -1, -1):
        size += len(msgspec.json.encode(messages[place]))
        if size > TRANSCRIPT_LIMIT:
            return messages[place + 1 :]
    return messages


def latest_pages(visitor_ids: Iterable[int]) -> dict[int, list[PageView]]:
    """The last pages of each visitor, oldest first."""
    found: dict[int, list[PageView]] = defaultdict(list)
    views = PageView.objects.raw(
        """
        SELECT p.* FROM unnest(%s::bigint[]) AS v(id)
        CROSS JOIN LATERAL (
            SELECT * FROM chat_pageview WHERE visitor_id = v.id ORDER BY viewed_at DESC, id DESC LIMIT %s
        ) AS p ORDER BY p.viewed_at, p.id
        """,
        [list(visitor_ids), PAGES_LIMIT],
    )
    for view in views:
        found[view.visitor_id].append(view)
    return found


def _joined(conversations: Iterable[Conversation]) -> dict[int, list[Agent]]:
    """The agents who spoke in each conversation."""
    # Most chats wait for their first answer: nobody is asked for.
    spoken = [conversation for conversation in conversations if conversation.answered_at]
    found: dict[int, list[Agent]] = defaultdict(list)
    if not spoken:
        return found
    pairs = (
        Message.objects.filter(conversation__in=spoken, type=Message.Type.AGENT, is_pushed=False, agent__isnull=False)
        .order_by("conversation_id", "agent_id")
        .values_list("conversation_id", "agent_id")
        .distinct()
    )
    agents = Agent.objects.in_bulk({agent_id for _conversation, agent_id in pairs if agent_id})
    for conversation_id, agent_id in pairs:
        found[conversation_id].append(agents[agent_id or 0])
    return found
