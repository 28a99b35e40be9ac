"""Who is on the site, and the first word to somebody who has not written."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from otklik.chat.actions import conversations, sites, watching
from otklik.chat.models import Conversation, HookDelivery, Message, OpenTab, Presence, Site, Visitor, Watching
from otklik.chat.presence import OpenPages
from otklik.chat.tests.opened import Visiting
from otklik.chat.tests.test_administration import page_of, signed_in
from otklik.lib import pg
from otklik.people.models import User

PAGE: dict[str, Any] = {"title": "Rakes", "link": "https://shop.example/rakes", "viewedAt": 1_700_000_000_000}


@pytest.fixture
def watched(shop: Site) -> Site:
    Watching.objects.create(site=shop, sees_visitors=True)
    return shop


def beat(liza: Visiting, tab: str, **content: Any) -> str:
    text: str = liza.call("beat", tab=tab, **({"page": PAGE} | content))["text"]
    return text


def test_nobody_is_watched_unless_the_site_says_so(liza: Visiting, shop: Site) -> None:
    beat(liza, str(uuid.uuid4()))
    assert not OpenTab.objects.exists()
    Watching.objects.create(site=shop, sees_visitors=True)
    beat(liza, str(uuid.uuid4()))
    assert OpenTab.objects.count() == 1 and not Visitor.objects.exists()


def test_s18_a_first_word_is_shown_once_and_makes_no_chat_before_the_answer(
    liza: Visiting, watched: Site, olga: User
) -> None:
    sites.set_hook(watched, "https://desk.example/hooks/x")
    tab, browser = str(uuid.uuid4()), signed_in(olga)
    beat(liza, tab, referrer="https://search.example/")
    page = browser.get(page_of(watched, "visitors/")).content.decode()
    assert "Rakes" in page and "Somebody new" in page and "https://search.example/" in page

    address = page_of(watched, f"visitors/tab/{OpenTab.objects.get().pk}/")
    refused = browser.post(address, {"text": " "})
    assert refused.status_code == 422 and "Write something first." in refused.content.decode()
    assert browser.post(address, {"text": "May I help?"}).status_code == 302
    assert [beat(liza, tab), beat(liza, tab)] == ["May I help?", ""]
    assert not Conversation.objects.exists() and not HookDelivery.objects.exists()

    shown = [{"text": "Sale today", "at": 1_600_000_000_000}, {"text": "May I help?", "at": 1_700_000_000_000}]
    liza.say("Yes, please", automatic=shown, tab=tab)
    said = list(Message.objects.order_by("number").values_list("text", "type", "is_pushed", "agent_name"))
    # Only what she is known to have written is Olga's.
    assert said == [
        ("Sale today", "agent", True, "Garden tools"),
        ("May I help?", "agent", True, "Olga"),
        ("Yes, please", "client", False, ""),
    ]
    # Whoever has written is no newcomer any more.
    assert not OpenTab.objects.exists()


def test_a_first_word_is_taken_once_whoever_asks_and_of_two_who_write_the_second_is_told(
    liza: Visiting, watched: Site, olga: User, pavel: User
) -> None:
    watched.agents.create(user=pavel, name="Pavel")
    tab, other = str(uuid.uuid4()), str(uuid.uuid4())
    beat(liza, tab)
    beat(liza, other)
    address = page_of(watched, f"visitors/tab/{OpenTab.objects.get(tab=tab).pk}/")
    at_once = Barrier(2)

    def write(who: Client) -> HttpResponse:
        at_once.wait(20)
        try:
            return who.post(address, {"text": f"May I help? {who is first}"})  # type: ignore[return-value]
        finally:
            connection.close()

    first, second = signed_in(olga), signed_in(pavel)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(write, [first, second]))
        refused = next(answer for answer in answers if answer.status_code == 422)
        said = OpenTab.objects.get(tab=tab).text
        assert f"on its way to him already: “{said}”" in refused.content.decode()
        # What he had typed stays.
        assert refused.content.decode().count("May I help?") == 2

        # A tab that was doubled has the same name; another tab is somebody else's until he writes.
        assert beat(liza, other) == ""
        assert sorted(pool.map(lambda _time: beat(liza, tab), range(10))) == [*[""] * 9, said]
    assert second.post(address, {"text": "Still there?"}).status_code == 302


def test_a_heartbeat_costs_no_durable_write(liza: Visiting, watched: Site) -> None:
    pages, tab = OpenPages(), str(uuid.uuid4())
    pages.beat()
    for link in ("https://shop.example/", "https://shop.example/", "https://shop.example/rakes"):
        with transaction.atomic():
            before = written()
            watching.beat(watched, watching.Beat(tab, link, ip="203.0.113.7"))
            pages.beat()
            now = written()
            touched = {table for table in now if now[table] != before.get(table)}
            assert touched == {"chat_opentab", "chat_process"}
            kinds = pg.run("SELECT DISTINCT relpersistence::text FROM pg_class WHERE relname = ANY(%b)", list(touched))
            assert kinds == [("u",)]
    pages.end()


def written() -> dict[str, int]:
    """How many rows this connection has written to each table and not reported yet."""
    return dict(pg.run("SELECT relname::text, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"))


def test_an_open_page_is_one_row_and_is_forgotten(liza: Visiting, watched: Site) -> None:
    tab = str(uuid.uuid4())
    beat(liza, tab)
    beat(liza, tab, page=PAGE | {"link": "https://shop.example/spades", "title": "Spades"})
    found = OpenTab.objects.get()
    assert (found.title, found.pages) == ("Spades", 2)
    OpenTab.objects.update(beat_at=timezone.now() - timedelta(seconds=61))
    assert not watching.present(watched).exists()
    watching.forget_gone()
    assert not OpenTab.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"tab": "x"}, 400),
        ({"page": {"link": "javascript:alert(1)"}}, 400),
        ({"page": None}, 400),
        ({"page": {"link": "https://shop.example/" + "x" * 70_000}}, 413),
        ({"key": "of nobody"}, 404),
    ],
)
def test_hostile_beats_are_refused(liza: Visiting, watched: Site, content: dict[str, Any], status: int) -> None:
    given = {"tab": str(uuid.uuid4()), "page": PAGE} | content
    assert liza.ask("beat", **given).status_code == status
    assert liza.ask("beat", headers={"Origin": "https://evil.example"}, tab=given["tab"], page=PAGE).status_code == 403
    assert not OpenTab.objects.exists()


def test_what_a_page_says_of_itself_is_cleaned(liza: Visiting, watched: Site, olga: User) -> None:
    beat(
        liza, str(uuid.uuid4()), page=PAGE | {"title": "<script>x</script>\u202eRa\0kes\ud800"}, referrer="javascript:x"
    )
    found = OpenTab.objects.get()
    assert "\u202e" not in found.title and "\0" not in found.title and found.referrer == ""
    assert "<script>x" not in signed_in(olga).get(page_of(watched, "visitors/")).content.decode()


def test_a_known_visitor_is_shown_with_his_visits_and_written_to(liza: Visiting, shop: Site, olga: User) -> None:
    day = 86_400_000
    trail = [PAGE, PAGE | {"viewedAt": PAGE["viewedAt"] + 60_000}, PAGE | {"viewedAt": PAGE["viewedAt"] + day}]
    liza.say("Hello", pages=trail)
    conversations.close(liza.conversation, by=None)
    Presence.objects.create(visitor=liza.visitor, process=uuid.uuid4())
    browser = signed_in(olga)
    rows = browser.get(page_of(shop, "visitors/rows/")).content.decode()
    assert liza.visitor.generated_name in rows and "2 visits" in rows and "has written" in rows

    address = page_of(shop, f"visitors/visitor/{liza.visitor.pk}/")
    assert browser.post(address, {"text": "Still looking?"}).status_code == 302
    assert Message.objects.get(text="Still looking?").is_pushed
    assert not liza.conversation.is_open


def test_strangers_see_no_visitors_and_agents_change_no_settings(
    liza: Visiting, watched: Site, pavel: User, olga: User
) -> None:
    beat(liza, str(uuid.uuid4()))
    id, browser = OpenTab.objects.get().pk, signed_in(pavel)
    for rest in ("visitors/", "visitors/rows/", f"visitors/tab/{id}/"):
        assert browser.get(page_of(watched, rest)).status_code == 404
    watched.agents.create(user=pavel, name="Pavel")
    assert browser.get(page_of(watched, "visitors/")).status_code == 200
    assert browser.post(page_of(watched, "visitors/choice/"), {}).status_code == 404
    assert signed_in(olga).post(page_of(watched, "visitors/choice/"), {"sees_typing": "on"}).status_code == 302
    assert Watching.objects.values_list("sees_visitors", "sees_typing").get() == (False, True)
    assert not OpenTab.objects.exists()


def test_the_visitor_is_told_that_his_typing_is_seen(client: Client, shop: Site) -> None:
    address = f"/widget/frame/?key={shop.public_key}&lang=en"
    words = '<p class="composer__watched"'
    assert words not in client.get(address).content.decode()
    Watching.objects.create(site=shop, sees_typing=True)
    assert words in client.get(address).content.decode()
