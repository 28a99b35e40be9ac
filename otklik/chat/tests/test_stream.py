from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

import httpx2

from otklik.chat.actions import agents, blocking, conversations, replies
from otklik.chat.models import Agent, Message, Presence, Process, Site
from otklik.chat.presence import OpenPages
from otklik.chat.stream import OPEN_AT_ONCE, Streams, Ticket, changed_after, read_ticket, ticket_for
from otklik.chat.tests.opened import OpenDoor, Visiting
from otklik.lib import pg
from otklik.lib.threads import DatabaseThreads


def olga_of(shop: Site) -> Agent:
    return agents.find_or_make(shop, email="olga@example.com")


def test_s16_an_answer_arrives_live(liza: Visiting, shop: Site) -> None:
    liza.say("Hello")
    with liza.listening(after=1) as stream:
        replies.post(liza.conversation, agent=olga_of(shop), text="Good day")
        told = next(stream)

    assert told["text"] == "Good day" and told["agent"] == {"name": "Olga", "avatar": ""}


def test_a_stream_begins_after_its_cursor(liza: Visiting) -> None:
    for text in ["one", "two", "three"]:
        liza.say(text)
    with liza.listening(after=1) as stream:
        assert [next(stream)["text"] for _number in range(2)] == ["two", "three"]


def test_edits_deletions_and_reading_are_told_with_new_versions(liza: Visiting, shop: Site) -> None:
    liza.say("Hello")
    first, second = (replies.post(liza.conversation, agent=olga_of(shop), text=text) for text in ["Godo day", "Oops"])
    with liza.listening(after=3) as stream:
        replies.edit(first, "Good day")
        edited = next(stream)
        replies.delete(second)
        deleted = next(stream)
        liza.call("read", number=3)
        read = next(stream)

    assert (edited["text"], edited["edited"], edited["number"], edited["version"]) == ("Good day", True, 2, 4)
    assert (deleted["text"], deleted["deleted"], deleted["version"]) == ("", True, 5)
    assert (read["id"], read["read"], read["version"]) == (first.public_id, True, 6)


def test_two_tabs_hear_the_same(liza: Visiting) -> None:
    liza.say("one")
    other_tab = Visiting(liza.door, liza.site, liza.secret)
    with liza.listening(after=1) as here, other_tab.listening(after=1) as there:
        liza.say("two")
        assert next(here) == next(there)


def test_a_message_whose_notice_was_lost_is_found_within_a_look(liza: Visiting) -> None:
    liza.say("one")
    conversation = liza.conversation
    with liza.listening(after=1) as stream:
        # As if the process had died between the commit and the notice.
        Message.objects.create(
            conversation=conversation, number=2, version=2, type="agent", text="lost", agent_name="Olga"
        )
        pg.run("UPDATE chat_conversation SET version = 2 WHERE id = %b", conversation.pk)
        liza_hears = next(stream)

    assert liza_hears["text"] == "lost"


def test_an_open_stream_is_a_present_visitor_and_a_closed_one_is_not(liza: Visiting) -> None:
    liza.say("Hello")
    with liza.listening() as stream:
        next(stream)
        assert Presence.objects.filter(visitor=liza.visitor).count() == 1
        before = liza.visitor.last_seen_at
    liza.door.close()

    assert not Presence.objects.exists() and not Process.objects.exists()
    assert liza.visitor.last_seen_at > before


def test_opening_a_stream_is_a_return(liza: Visiting) -> None:
    liza.say("Hello")
    conversation = liza.conversation
    pg.run("UPDATE chat_conversation SET left_at = now() WHERE id = %b", conversation.pk)
    with liza.listening() as stream:
        next(stream)

    assert liza.conversation.left_at is None
    assert not conversations.returned(conversation)


def test_a_ticket_opens_one_conversation_and_cannot_be_forged(liza: Visiting, oleg: Visiting) -> None:
    liza.say("Hello")
    ticket = ticket_for(liza.conversation)

    assert read_ticket(ticket) == Ticket(liza.conversation.pk, liza.visitor.pk, liza.site.pk)
    assert read_ticket(ticket[:-1] + ("A" if ticket[-1] != "A" else "B")) is None


def test_the_door_can_be_opened_again(door: OpenDoor, shop: Site) -> None:
    door.close()
    again = OpenDoor()
    try:
        assert Visiting(again, shop).say("Hello")["number"] == 1
    finally:
        again.close()


def test_a_visitor_has_only_so_many_streams_open(liza: Visiting, oleg: Visiting) -> None:
    liza.say("Hello")
    oleg.say("Hello")
    address, query = f"{liza.door.address}/widget/stream", {"ticket": ticket_for(liza.conversation)}
    with ExitStack() as tabs:
        heard = [tabs.enter_context(liza.listening()) for _number in range(OPEN_AT_ONCE)]
        assert [next(stream)["text"] for stream in heard] == ["Hello"] * OPEN_AT_ONCE
        refused = httpx2.get(address, params=query)
        with oleg.listening() as stream:
            assert next(stream)["text"] == "Hello"

    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


def test_a_long_history_is_told_in_parts_and_whole(liza: Visiting) -> None:
    liza.say("one")
    chat = liza.conversation
    long = [
        Message(conversation=chat, number=number, version=number, type="agent", text="Я" * 50_000, agent_name="Olga")
        for number in range(2, 9)
    ]
    long[3].text = "Я" * 200_000
    Message.objects.bulk_create(long)
    pg.run("UPDATE chat_conversation SET version = 8 WHERE id = %b", chat.pk)

    first, is_all = changed_after(chat.pk, 0)
    assert [message.number for message in first] == [1, 2, 3] and not is_all
    with liza.listening() as stream:
        assert [next(stream)["number"] for _number in range(8)] == list(range(1, 9))


def test_a_reader_who_takes_nothing_is_dropped(liza: Visiting) -> None:
    liza.say("Hello")
    ticket = ticket_for(liza.conversation)
    threads, pages = DatabaseThreads(1, "streams"), OpenPages()

    async def run(work: Any, *args: Any) -> Any:
        return await asyncio.wrap_future(threads.submit(work, *args))

    async def never(message: Any = None) -> Any:
        await asyncio.Event().wait()

    scope = {"query_string": f"ticket={ticket}".encode(), "headers": []}
    try:
        asyncio.run(Streams(run, pages, send_within=0.1).stream(scope, never, never))
    finally:
        threads.stop()

    assert not Presence.objects.filter(process=pages.process).exists()


def test_the_stream_of_a_visitor_who_is_blocked_ends(liza: Visiting, shop: Site) -> None:
    liza.say("Buy my watches!")
    with liza.listening() as heard:
        assert next(heard)["text"] == "Buy my watches!"
        blocking.block(liza.conversation, by=shop.agents.get())
        assert [message["type"] for message in heard if message["type"] == "client"] == []
