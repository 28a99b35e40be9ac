from __future__ import annotations

import ipaddress
import uuid
from typing import Any

import pytest

from otklik.chat.actions import agents, replies
from otklik.chat.flood import Flood, neighbourhood
from otklik.chat.models import Message, PageView, Site, Visitor
from otklik.chat.names import NAMES
from otklik.chat.tests.opened import OpenDoor, Visiting


def test_s18_hello_of_a_stranger_makes_nobody(liza: Visiting) -> None:
    answer = liza.call("hello")

    assert answer["visitor"] is None and answer["messages"] == [] and answer["cursor"] == 0
    assert answer["promise"]["agents"] == [{"name": "Olga", "avatar": ""}]
    assert not Visitor.objects.exists()


def test_s18_who_writes_gets_a_name_in_the_sites_language(liza: Visiting) -> None:
    liza.say("Hello")

    assert liza.call("hello")["visitor"]["displayedName"] in NAMES["en"]


def test_s15_what_is_known_of_a_visitor_is_written_down(liza: Visiting) -> None:
    page = {"title": "Rakes", "link": "https://shop.example/rakes", "viewedAt": 1_700_000_000_000}
    liza.say("Hello", pages=[page], referrer="https://search.example/?q=rake", integration={"plan": "gold"})

    visitor = liza.visitor
    assert (visitor.ip, visitor.city, visitor.country_code) == ("127.0.0.1", "Moscow", "RU")
    assert (visitor.browser, visitor.os, visitor.device) == ("Chrome 130", "Windows 10", "PC")
    assert visitor.referrer == "https://search.example/?q=rake" and visitor.integration == {"plan": "gold"}
    assert liza.conversation.started_page == {"title": "Rakes", "link": "https://shop.example/rakes"}


def test_hello_brings_the_history_and_what_is_unread(liza: Visiting, shop: Site) -> None:
    liza.say("Hello")
    olga = agents.find_or_make(shop, email="olga@example.com")
    replies.post(liza.conversation, agent=olga, text="Good day")
    answer = liza.call("hello")

    assert [message["text"] for message in answer["messages"]] == ["Hello", "Good day"]
    assert answer["unread"] == 1 and answer["cursor"] == 2
    liza.call("read", number=2)
    assert liza.call("hello")["unread"] == 0


def test_s19_a_visitor_introduces_himself(liza: Visiting) -> None:
    liza.say("Hello")
    answer = liza.call("visitor", name="  Liza\u202e ", email="liza@example.com")

    assert answer["visitor"]["displayedName"] == "Liza"
    assert liza.call("visitor", phone="+7 900")["visitor"]["email"] == "liza@example.com"


def test_i7_a_typed_address_shows_nothing_of_who_has_it(liza: Visiting, oleg: Visiting) -> None:
    liza.say("My card number is 42")
    liza.call("visitor", name="Liza", email="liza@example.com")

    oleg.say("Hello")
    oleg.call("visitor", email="liza@example.com")
    oleg.say("Do you remember me?")

    assert [message["text"] for message in oleg.call("hello")["messages"]] == ["Hello", "Do you remember me?"]
    assert oleg.call("hello")["visitor"]["displayedName"] != "Liza"


def test_an_address_that_is_none_is_refused_beside_its_field(liza: Visiting) -> None:
    response = liza.ask("visitor", email="liza at example")

    assert response.status_code == 400
    assert response.json()["error"]["fields"]["email"]
    assert not Visitor.objects.exists()


def test_refusals_are_in_the_visitors_language(liza: Visiting) -> None:
    english = liza.ask("messages", id=str(uuid.uuid4()), text="").json()["error"]["message"]

    assert english == "Write something first."


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"text": ""}, 400),
        ({"text": " \x00\n "}, 400),
        ({"text": "x" * 5001}, 400),
        ({"text": "x" * 70_000}, 413),
        ({"text": ["a", "list"]}, 400),
        ({"id": "not a uuid"}, 400),
        ({"id": None}, 400),
        ({"pages": "nowhere"}, 400),
        ({"key": "unknown"}, 404),
        ({"key": "\x00"}, 404),
        ({"key": "\ud800"}, 404),
        ({"integration": {"a": ["\ud800"]}}, 400),
        ({"integration": {"a": {"\ud800": 1}}}, 400),
        ({"key": None}, 404),
    ],
)
def test_bad_messages_are_refused(liza: Visiting, content: dict[str, Any], status: int) -> None:
    response = liza.ask("messages", **({"id": str(uuid.uuid4()), "text": "Hello"} | content))

    assert response.status_code == status, response.text
    assert set(response.json()["error"]) >= {"code", "message"}
    assert not Message.objects.exists()


def test_hostile_texts_are_kept_harmless(liza: Visiting) -> None:
    page = {"title": "\x00<script>\u202e" + "t" * 900, "link": "javascript:alert(1)", "viewedAt": 1e300}
    good = {"title": "ok", "link": "https://shop.example/" + "a" * 3000, "viewedAt": "1700000000000"}
    body = (
        '{"key":"%s","language":"en","id":"%s","text":"\\ud800a\\u0000b<b>\\ud83d\\ude00","integration":'
        '{"a\\u0000":"\\udfff","big":1e400,"deep":{"x":[1]},"none":null},"pages":[%s,%s]}'
    )
    import json

    raw = body % (liza.site.public_key, uuid.uuid4(), json.dumps(page), json.dumps(good))
    response = liza.door.client.post(
        "/widget/messages", content=raw, headers={"Authorization": f"Visitor {liza.secret}"}
    )

    assert response.status_code == 200, response.text
    assert response.json()["message"]["text"] == "ab<b>😀"
    assert liza.visitor.integration == {"a": "", "big": "inf", "deep": '{"x":[1]}'}
    assert [view.link for view in PageView.objects.all()] == ["https://shop.example/"]


@pytest.mark.parametrize("depth", [500, 900, 5_000, 20_000])
def test_brackets_in_brackets_are_no_error_of_ours(liza: Visiting, depth: int) -> None:
    nest = "[" * depth + "]" * depth
    body = f'{{"key":"{liza.site.public_key}","id":"{uuid.uuid4()}","text":"Hello","integration":{{"a":{nest}}}}}'
    own = {"Authorization": f"Visitor {liza.secret}"}
    status = liza.door.client.post("/widget/messages", content=body, headers=own).status_code

    assert status == 400 if depth >= 5_000 else status in {200, 400}


def test_what_a_site_says_about_name_address_and_phone_is_checked(liza: Visiting) -> None:
    liza.say("Hello", integration={" email ": "liza at example", "name": " Li\u202eza ", "phone": 7900, "plan": "gold"})
    assert liza.visitor.integration == {"name": "Liza", "phone": "7900", "plan": "gold"}

    liza.call("visitor", integration={"email": "liza@example.com", "name": ["Liza"], "phone": "1" * 90})
    assert liza.visitor.integration == {"email": "liza@example.com", "phone": "1" * 50}


def test_letters_that_grow_when_they_become_small_do_not_break_a_limit(liza: Visiting) -> None:
    growing = "İ" * 240 + "@x.example"
    liza.say("Hello", integration={"email": growing, "name": "İ" * 200})

    assert "email" not in liza.visitor.integration and len(liza.visitor.integration["name"].lower()) == 200
    assert liza.ask("visitor", email=growing).status_code == 400


def test_text_of_the_longest_length_is_taken(liza: Visiting) -> None:
    assert len(liza.say("Я" * 5000)["text"]) == 5000


def test_pages_are_written_once_however_often_the_trail_is_repeated(liza: Visiting) -> None:
    page = {"title": "Rakes", "link": "https://shop.example/rakes", "viewedAt": 1_700_000_000_000}
    liza.say("Hello", pages=[page])
    liza.call("pages", pages=[page, page | {"viewedAt": 1_700_000_001_000}])
    liza.call("pages", pages=[page])

    assert PageView.objects.count() == 2


@pytest.mark.parametrize("call", ["pages", "read", "ticket"])
def test_who_has_not_written_has_nothing_to_open(liza: Visiting, oleg: Visiting, call: str) -> None:
    liza.say("A secret thing")
    forged = oleg.ask(call)
    nobody = oleg.ask(call, headers={"Authorization": ""})

    assert forged.status_code == nobody.status_code == 401
    assert "secret thing" not in forged.text + nobody.text


def test_another_visitors_conversation_stays_closed(liza: Visiting, oleg: Visiting, rival: Site) -> None:
    liza.say("A secret thing")
    oleg.say("Hello")

    assert [message["text"] for message in oleg.call("hello")["messages"]] == ["Hello"]
    assert liza.call("hello", key=rival.public_key)["visitor"] is None


def test_the_same_message_id_of_two_visitors_are_two_messages(liza: Visiting, oleg: Visiting) -> None:
    id = str(uuid.uuid4())

    assert liza.say("mine", id)["text"] == "mine"
    assert oleg.say("my own", id)["text"] == "my own"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_page_is_refused(liza: Visiting, origin: str) -> None:
    response = liza.ask("hello", headers={"Origin": origin})

    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


def test_the_frames_own_origin_is_let_in(liza: Visiting) -> None:
    assert liza.ask("hello", headers={"Origin": liza.door.address}).status_code == 200


@pytest.mark.parametrize(
    "secret", ["Visitor short", "Bearer " + "x" * 43, "Visitor " + "x" * 200, "Visitor \xff" + "x" * 42]
)
def test_what_is_no_secret_is_refused(liza: Visiting, secret: str) -> None:
    headers = {b"Authorization": secret.encode("latin-1")}
    response = liza.door.client.post("/widget/hello", json={"key": liza.site.public_key}, headers=headers)

    assert response.status_code == 401


def test_other_methods_and_addresses(door: OpenDoor) -> None:
    assert door.client.get("/widget/hello").status_code == 405
    assert door.client.post("/widget/stream").status_code == 405
    assert door.client.post("/widget/nothing").status_code == 404
    assert door.client.post("/widget/hello", content=b"[").status_code == 400
    assert door.client.post("/widget/hello", content=b"[" * 60_000).status_code == 400
    assert door.client.get("/widget/stream?ticket=forged").status_code == 403


def test_a_loop_of_messages_is_stopped_with_a_sentence(liza: Visiting, oleg: Visiting) -> None:
    responses = [liza.ask("messages", id=str(uuid.uuid4()), text="again") for _number in range(65)]
    refused = [response for response in responses if response.status_code == 429]

    assert refused and int(refused[0].headers["retry-after"]) > 0
    assert refused[0].json()["error"]["message"] == "Too many messages at once. Wait a little."
    assert oleg.say("I may")


def first_message(door: OpenDoor, shop: Site, ip: str) -> int:
    return Visiting(door, shop).ask("messages", headers=via(ip), id=str(uuid.uuid4()), text="Hello").status_code


def via(ip: str) -> dict[str, str]:
    return {"X-Forwarded-For": ip}


def test_a_trail_that_no_person_leaves_is_not_kept(liza: Visiting, oleg: Visiting) -> None:
    liza.say("Hello")
    for number in range(8):
        trail = [{"link": f"https://shop.example/{number}/{page}", "viewedAt": page} for page in range(30)]
        liza.call("pages", pages=trail)
    assert 120 <= PageView.objects.count() < 160
    oleg.say("Hello", pages=[{"link": "https://shop.example/", "viewedAt": 1}])
    assert PageView.objects.filter(visitor=oleg.visitor).count() == 1


def test_whoever_introduces_himself_without_end_is_stopped(liza: Visiting) -> None:
    answers = [liza.ask("visitor", name=f"Liza {number}").status_code for number in range(35)]
    assert answers[:30] == [200] * 30 and answers[-1] == 429


def test_a_loop_that_opens_streams_is_stopped(liza: Visiting, settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]

    def opened(ip: str) -> int:
        return liza.door.client.get("/widget/stream?ticket=x", headers=via(ip)).status_code

    assert 429 in (opened("203.0.113.9") for _time in range(1500))
    assert opened("203.0.113.10") == 403


def test_new_secrets_from_one_address_are_no_way_around(
    door: OpenDoor, shop: Site, liza: Visiting, oleg: Visiting, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.0/8")]
    oleg.call("visitor", name="Oleg")
    spam = [first_message(door, shop, "203.0.113.5") for _number in range(25)]
    assert spam.count(200) == Visitor.objects.exclude(name="Oleg").count() < 25 and spam[-1] == 429

    assert liza.ask("visitor", headers=via("203.0.113.5"), name="Liza").status_code == 429
    # Whoever is known already may write, and so may a neighbour.
    assert oleg.ask("messages", headers=via("203.0.113.5"), id=str(uuid.uuid4()), text="I may").status_code == 200
    assert first_message(door, shop, "203.0.113.6") == 200


def test_one_connection_of_ipv6_is_one_address() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("127.0.0.1") is neighbourhood("::1") is neighbourhood(None) is None


def test_a_flood_ebbs_with_time() -> None:
    now = [0.0]
    flood = Flood(burst=2, a_minute=30, clock=lambda: now[0])

    assert [flood.wait("liza") for _number in range(3)] == [0, 0, 3]
    assert flood.wait("oleg") == 0
    now[0] = 2.1
    assert [flood.wait("liza") for _number in range(2)] == [0, 2]
