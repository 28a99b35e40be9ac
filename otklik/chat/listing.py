"""The list of chats in the console: which ones, in which order, and what a line tells of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.chat import rights
from otklik.chat.models import AgentGroup, Conversation, Message, Presence, Site
from otklik.lib import pg
from otklik.people.models import User

PAGE = 50
MOST = 1000
TABS = ("mine", "unassigned", "all", "closed")
ORDERS = ("latest", "waiting")


@dataclass(frozen=True)
class Wanted:
    """What a person chose to see."""

    tab: str = "all"
    order: str = "latest"
    words: str = ""
    shown: int = PAGE

    @property
    def more(self) -> int:
        return self.shown + PAGE

    @property
    def query(self) -> dict[str, str]:
        """For addresses: what differs from the beginning."""
        chosen = {"tab": self.tab, "order": self.order, "q": self.words}
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True)
class Line:
    """A chat in the list. `unread`: messages of the visitor that no agent has opened."""

    chat: Conversation
    last: Message | None
    unread: int

    @property
    def waits_for(self) -> str:
        """Since when the visitor waits, in short: minutes, hours or days. Empty when nobody waits."""
        return _short(self.chat.waiting_since) if self.chat.is_open and self.chat.waiting_since else ""


@dataclass(frozen=True)
class Listing:
    lines: list[Line]
    counts: dict[str, int]
    has_more: bool
    # Whether these people ever had a chat.
    is_new: bool

    @property
    def unread(self) -> int:
        """Chats with something to read."""
        return sum(1 for line in self.lines if line.unread)


def listing(user: User, wanted: Wanted) -> Listing:
    spoken = rights.chats_of(user).filter(last_message_at__isnull=False)
    chosen = _matching(spoken, wanted.words) if wanted.words else _tab(spoken, user, wanted.tab)
    rows = list(_ordered(chosen, wanted)[: wanted.shown + 1])
    counts = {tab: _tab(spoken, user, tab).count() for tab in TABS if tab != "closed"}
    is_new = not rows and not spoken.exists()
    return Listing(_lines(rows[: wanted.shown]), counts, len(rows) > wanted.shown, is_new)


def sites(user: User) -> list[Site]:
    return list(rights.worked_by(user).order_by("name", "id"))


def _tab(spoken: QuerySet[Conversation], user: User, tab: str) -> QuerySet[Conversation]:
    if tab == "closed":
        return spoken.filter(is_open=False)
    chats = spoken.filter(is_open=True)
    if tab == "mine":
        own_groups = AgentGroup.objects.filter(agents__user=user)
        return chats.filter(Q(assigned_to__user=user) | Q(assigned_to=None, group__in=own_groups))
    if tab == "unassigned":
        return chats.filter(assigned_to=None, group=None)
    return chats


def _matching(spoken: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """By anything that names the visitor; open and closed."""
    for word in words.split()[:5]:
        named = Q(visitor__name__icontains=word) | Q(visitor__generated_name__icontains=word, visitor__name="")
        reached = Q(visitor__email__icontains=word) | Q(visitor__phone__icontains=word)
        told = Q(visitor__integration__name__icontains=word) | Q(visitor__integration__email__icontains=word)
        spoken = spoken.filter(named | reached | told)
    return spoken


def _ordered(chats: QuerySet[Conversation], wanted: Wanted) -> QuerySet[Conversation]:
    is_online = Exists(Presence.objects.filter(visitor=OuterRef("visitor")))
    chats = chats.select_related("visitor", "site", "assigned_to", "group").annotate(is_online=is_online)
    if wanted.order == "waiting" and wanted.tab != "closed":
        return chats.order_by(F("waiting_since").asc(nulls_last=True), "-last_message_at", "-id")
    return chats.order_by("-last_message_at", "-id")


def _lines(chats: list[Conversation]) -> list[Line]:
    ids = [chat.pk for chat in chats]
    last, unread = _last_messages(ids), unread_of(ids)
    return [Line(chat, last.get(chat.pk), unread.get(chat.pk, 0) if chat.is_open else 0) for chat in chats]


def unread_of(ids: Iterable[int]) -> dict[int, int]:
    """How many messages of their visitors no agent has opened, by conversation."""
    rows = pg.run(
        """
        SELECT c.id, count(*) FROM chat_conversation c
        JOIN chat_message m ON m.conversation_id = c.id AND m.number > c.seen_number AND m.type = 'client'
        WHERE c.id = ANY(%b) GROUP BY c.id
        """,
        list(ids),
    )
    return dict(rows)


def _last_messages(ids: list[int]) -> dict[int, Message]:
    found = Message.objects.raw(
        """
        SELECT m.* FROM unnest(%s::bigint[]) AS c(id)
        CROSS JOIN LATERAL (
            SELECT * FROM chat_message WHERE conversation_id = c.id ORDER BY number DESC LIMIT 1
        ) AS m
        """,
        [ids],
    )
    return {message.conversation_id: message for message in found}


def _short(since: datetime) -> str:
    minutes = max(1, int((timezone.now() - since).total_seconds() // 60))
    if minutes < 60:
        return _("%(number)s min") % {"number": minutes}
    if minutes < 24 * 60:
        return _("%(number)s h") % {"number": minutes // 60}
    return _("%(number)s d") % {"number": minutes // (24 * 60)}


def wanted_of(given: Any) -> Wanted:
    """From an address; what makes no sense counts as not given."""
    tab, order = given.get("tab", ""), given.get("order", "")
    shown = given.get("shown", "")
    return Wanted(
        tab=tab if tab in TABS else "all",
        order=order if order in ORDERS else "latest",
        words=" ".join(given.get("q", "").replace("\x00", "").split())[:100],
        shown=min(int(shown), MOST) if shown.isascii() and shown.isdigit() and len(shown) < 6 else PAGE,
    )
