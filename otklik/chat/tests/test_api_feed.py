"""What happened in the chats of a site, read by number."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from otklik.chat.actions import conversations, messages, replies
from otklik.chat.actions.messages import Post
from otklik.chat.models import Agent, ChatEvent, Conversation, Site, Visitor
from otklik.chat.tests.keyholder import Desk
from otklik.chat.tests.test_api import send
from otklik.chat.tests.test_posting import arrival


def told(desk: Desk, query: str = "") -> list[dict[str, Any]]:
    status, answer = desk.ask("GET", f"/events{query}")
    assert status == 200
    events: list[dict[str, Any]] = answer["events"]
    return events


def test_all_that_happened_is_read_in_its_order(desk: Desk, anna: Visitor) -> None:
    desk.ask("POST", "/messages", send(anna))
    conversations.close(anna.conversation, by=None)

    events = told(desk)

    assert [event["number"] for event in events] == [1, 2, 3]
    assert [event["eventName"] for event in events] == ["chatStarted", "chatFragment", "chatTranscript"]
    assert [[one["text"] for one in event["messages"]] for event in events] == [
        ["Hello"],
        ["Good day"],
        ["Hello", "Good day"],
    ]
    assert events[0]["client"]["id"] == anna.public_id and events[1]["agents"][0]["email"] == "pavel@example.com"


def test_a_reader_goes_on_from_the_last_that_he_has(desk: Desk, anna: Visitor) -> None:
    for text in ("One", "Two"):
        desk.ask("POST", "/messages", send(anna, text=text))

    assert [event["number"] for event in told(desk, "?after=1&limit=1")] == [2]
    assert [event["number"] for event in told(desk, "/?after=2")] == [3]
    assert desk.ask("GET", "/events?after=3")[1] == {"events": [], "last": 3}


def test_what_was_deleted_is_not_read_any_more(desk: Desk, anna: Visitor) -> None:
    id = desk.ask("POST", "/messages", send(anna, text="The wrong price"))[1]["id"]
    desk.ask("DELETE", f"/messages/{id}")

    assert told(desk)[1]["messages"] == [{"id": id, "type": "agent", "deleted": True}]


def test_another_site_reads_its_own_events_only(desk: Desk, anna: Visitor, rival: Site) -> None:
    assert told(Desk(rival)) == []
    assert len(told(desk)) == 1


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", "?limit=0", "?limit=201", "?after=9223372036854775808"])
def test_a_wrong_number_is_refused(desk: Desk, query: str) -> None:
    assert desk.refused("GET", f"/events{query}") == 400


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_write_at_once(shop: Site) -> None:
    """Whoever reads number N has all up to N: a number is never seen before a smaller one."""
    for name in ("liza", "oleg", "maria"):
        messages.post([Post(arrival(shop, name), "m1", "Hello")])
    agent = Agent.objects.filter(site=shop).first() or Agent.objects.create(site=shop, name="Pavel")
    found = list(Conversation.objects.filter(site=shop))
    seen: list[list[int]] = []

    def write(conversation: Conversation) -> None:
        for number in range(5):
            replies.post(conversation, agent=agent, text=f"Answer {number}")
            seen.append(list(ChatEvent.objects.filter(site=shop).order_by("number").values_list("number", flat=True)))
        connection.close()

    threads = [threading.Thread(target=write, args=[conversation]) for conversation in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(seen) == 15
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)
    assert len(seen[-1]) == 18 or max(len(numbers) for numbers in seen) == 18
