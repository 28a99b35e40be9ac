"""Who may hear of what in the console, and how a notice that was lost is made up for (I8)."""

from __future__ import annotations

from typing import Any

from otklik.chat import rights
from otklik.lib import pg
from otklik.live.hub import Change, Hub


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


def may_hear_chat(user: Any, key: str) -> bool:
    return _is_id(key) and rights.chats_of(user).filter(pk=key).exists()


def may_hear_chats(user: Any, key: str) -> bool:
    """That some chat of the site changed."""
    return _is_id(key) and rights.worked_by(user).filter(pk=key).exists()


class LostNotices:
    """Finds conversations and sites that changed since the last look: a crash between commit and notice, or a notice of
    another process that went astray. Costs an open page one more look at what it shows already."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._seen: dict[str, Any] = {}

    def look(self) -> list[Change]:
        found = {
            **self._read("chat", "SELECT id, version FROM chat_conversation WHERE id = ANY(%b)"),
            **self._read(
                "chats",
                """
                SELECT s.id, (SELECT max(last_message_at) FROM chat_conversation WHERE site_id = s.id)
                FROM unnest(%b::bigint[]) AS s(id)
                """,
            ),
        }
        # What was not looked at before counts as changed: its page may have read before the change.
        changed = [topic for topic, value in found.items() if topic not in self._seen or self._seen[topic] != value]
        self._seen = found
        return [Change(topic, "changed") for topic in changed]

    def _read(self, noun: str, query: str) -> dict[str, Any]:
        ids = [int(topic.partition(":")[2]) for topic in self._hub.topics(noun)]
        return {f"{noun}:{id}": value for id, value in pg.run(query, ids)} if ids else {}
