"""What happened in the chats of a site, by number: whoever missed a webhook reads on from the last that he has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from otklik.chat.models import ChatEvent, EventCounter, Message, Site
from otklik.lib import pg

if TYPE_CHECKING:
    from otklik.chat.webhooks import Happening


def keep(happenings: Sequence[Happening]) -> None:
    """Numbers and keeps them within the present transaction. Last in it: the counter's lock makes others wait."""
    by_site: dict[int, list[Happening]] = defaultdict(list)
    for happening in happenings:
        by_site[happening.conversation.site_id].append(happening)
    rows = []
    for site_id in sorted(by_site):
        number = _reserve(site_id, len(by_site[site_id]))
        for happening in by_site[site_id]:
            rows.append(_row(site_id, number, happening))
            number += 1
    ChatEvent.objects.bulk_create(rows)


def _reserve(site_id: int, count: int) -> int:
    """The first of so many numbers."""
    last: int = pg.run(
        """
        INSERT INTO chat_eventcounter AS c (site_id, last) VALUES (%b, %b)
        ON CONFLICT (site_id) DO UPDATE SET last = c.last + excluded.last RETURNING last
        """,
        site_id,
        count,
    )[0][0]
    return last - count + 1


def _row(site_id: int, number: int, happening: Happening) -> ChatEvent:
    return ChatEvent(
        site_id=site_id,
        number=number,
        name=happening.event,
        conversation=happening.conversation,
        message_ids=[message.pk for message in happening.messages],
    )


def after(site: Site, number: int, limit: int) -> list[ChatEvent]:
    """The events that follow this number, oldest first."""
    events = ChatEvent.objects.filter(site=site, number__gt=number).select_related("conversation")
    return list(events.order_by("number")[:limit])


def last(site: Site) -> int:
    """The number of the site's latest event; 0 when there is none."""
    counter = EventCounter.objects.filter(site=site).first()
    return counter.last if counter else 0


def messages_of(events: Sequence[ChatEvent]) -> Mapping[int, Message]:
    """The messages that events name, as they are now."""
    wanted = {pk for event in events for pk in event.message_ids}
    return Message.objects.select_related("agent").in_bulk(wanted)
