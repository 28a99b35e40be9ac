from __future__ import annotations

import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from otklik.chat.actions import agents, conversations, messages, replies, sites
from otklik.chat.actions.messages import Post
from otklik.chat.models import Conversation, HookDelivery, Presence, Process, Site, Visitor
from otklik.chat.presence import OpenPages
from otklik.chat.tests.test_posting import arrival
from otklik.lib import pg
from otklik.lib.threads import CUT, patiently

SECRET = "the secret of Liza's browser, long enough"


@pytest.fixture
def chat(shop: Site) -> Conversation:
    """Liza has written, and closed the page two minutes ago. The site hears of everything."""
    sites.set_hook(shop, "http://127.0.0.1:9/hook")
    say("Hello", shop)
    go_back(minutes=2)
    Process.objects.create(id=uuid.uuid4(), started_at=timezone.now() - timedelta(hours=1))
    return Conversation.objects.get()


def say(text: str, site: Site) -> None:
    messages.post([Post(arrival(site, SECRET), str(uuid.uuid4()), text)])


def go_back(minutes: int) -> None:
    """All that happened, happened so much earlier."""
    ago = timedelta(minutes=minutes)
    for visitor in Visitor.objects.all():
        Visitor.objects.filter(pk=visitor.pk).update(last_seen_at=visitor.last_seen_at - ago)
    for chat in Conversation.objects.all():
        left_at = chat.left_at and chat.left_at - ago
        spoken_at = chat.last_message_at and chat.last_message_at - ago
        Conversation.objects.filter(pk=chat.pk).update(left_at=left_at, last_message_at=spoken_at)


def events() -> list[str]:
    return list(HookDelivery.objects.order_by("id").values_list("event", flat=True))


def test_s17_who_has_no_page_open_for_a_minute_has_left_once(chat: Conversation) -> None:
    conversations.settle()
    conversations.settle()

    chat.refresh_from_db()
    assert chat.left_at and chat.is_open
    assert events() == ["chatStarted", "visitorLeft"]


def test_who_has_a_page_open_has_not_left(chat: Conversation) -> None:
    Presence.objects.create(visitor=chat.visitor, process=Process.objects.get().pk)
    conversations.settle()

    assert events() == ["chatStarted"]


def test_the_time_until_leaving_is_the_sites(chat: Conversation, shop: Site) -> None:
    Site.objects.update(left_after=600)
    conversations.settle()

    assert events() == ["chatStarted"]


def test_who_comes_back_has_returned_and_may_leave_again(chat: Conversation) -> None:
    conversations.settle()
    conversations.returned(chat)
    conversations.settle()

    assert events() == ["chatStarted", "visitorLeft", "visitorReturned", "visitorLeft"]


def test_half_an_hour_after_leaving_the_chat_is_over(chat: Conversation, shop: Site) -> None:
    say("And another thing", shop)
    go_back(minutes=2)
    conversations.settle()
    go_back(minutes=31)
    conversations.settle()
    conversations.settle()

    chat.refresh_from_db()
    assert not chat.is_open
    assert events() == ["chatStarted", "chatFragment", "visitorLeft", "chatTranscript"]
    transcript = bytes(HookDelivery.objects.get(event="chatTranscript").body).decode()
    assert "Hello" in transcript and "And another thing" in transcript


def test_an_answer_keeps_the_chat_for_another_while(chat: Conversation, shop: Site) -> None:
    conversations.settle()
    go_back(minutes=31)
    olga = agents.find_or_make(shop, email="olga@example.com")
    replies.post(chat, agent=olga, text="Are you there?")
    conversations.settle()

    chat.refresh_from_db()
    assert chat.is_open


def test_a_message_voids_the_leaving(chat: Conversation, shop: Site) -> None:
    conversations.settle()
    say("I am back", shop)
    conversations.settle()

    chat.refresh_from_db()
    assert chat.left_at is None
    assert events() == ["chatStarted", "visitorLeft", "chatFragment"]


def test_the_next_message_after_the_end_is_a_new_enquiry_in_the_same_chat(chat: Conversation, shop: Site) -> None:
    assert conversations.close(chat, by=None)
    assert not conversations.close(chat, by=None)
    say("One more question", shop)

    assert events() == ["chatStarted", "chatTranscript", "chatStarted"]
    assert Conversation.objects.get().public_id == chat.public_id


def test_an_answer_after_the_end_opens_no_enquiry(chat: Conversation, shop: Site) -> None:
    conversations.close(chat, by=None)
    replies.post(chat, agent=agents.find_or_make(shop, email="olga@example.com"), text="We found one!")

    assert events() == ["chatStarted", "chatTranscript", "chatFragment"]
    assert not Conversation.objects.get().is_open


def test_a_killed_process_leaves_nobody_online(chat: Conversation) -> None:
    dead = Process.objects.create(id=uuid.uuid4(), beat_at=timezone.now() - timedelta(minutes=5))
    Presence.objects.create(visitor=chat.visitor, process=dead.pk)
    conversations.settle()

    # He counts as seen until his process was missed, and leaves from then on.
    assert not Presence.objects.exists() and events() == ["chatStarted"]
    go_back(minutes=2)
    conversations.settle()
    assert events() == ["chatStarted", "visitorLeft"]


def test_nobody_leaves_while_browsers_are_still_coming_back(chat: Conversation) -> None:
    Process.objects.update(started_at=timezone.now())
    conversations.settle()
    Process.objects.all().delete()
    conversations.settle()

    assert events() == ["chatStarted"]


def test_after_a_crash_of_postgresql_open_pages_are_written_again(chat: Conversation) -> None:
    pages = OpenPages()
    pages.beat()
    first, second = pages.opened(chat.visitor_id), pages.opened(chat.visitor_id)
    Process.objects.all().delete()
    Presence.objects.all().delete()
    pages.beat()
    assert Presence.objects.filter(visitor=chat.visitor).count() == 2

    pages.closed(first)
    assert Presence.objects.count() == 1
    pages.closed(second)
    assert not Presence.objects.exists()
    pages.end()
    assert not Process.objects.filter(pk=pages.process).exists()


def cut_connection() -> None:
    """PostgreSQL ends the connection that this thread works over."""
    [(process,)] = pg.run("SELECT pg_backend_pid()")
    with psycopg.connect(pg.conninfo(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


@pytest.mark.django_db(transaction=True)
def test_a_page_closed_over_a_cut_connection_is_closed(chat: Conversation) -> None:
    pages = OpenPages()
    pages.beat()
    handle = pages.opened(chat.visitor_id)
    cut_connection()
    patiently(pages.closed, handle)

    assert not Presence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_could_not_be_closed_is_closed_with_the_next_beat(chat: Conversation) -> None:
    pages = OpenPages()
    pages.beat()
    handle = pages.opened(chat.visitor_id)
    cut_connection()
    with pytest.raises(CUT):
        pages.closed(handle)
    connection.close()
    pages.beat()

    assert not Presence.objects.exists()
