from __future__ import annotations

import re

from django.test import Client

from otklik.chat.actions import assigning, conversations, replies, sites
from otklik.chat.models import Agent, AgentGroup, Conversation, Site
from otklik.chat.tests.console.conftest import say
from otklik.chat.tests.test_administration import signed_in, text
from otklik.people.models import User


def listed(browser: Client, query: str = "") -> list[str]:
    """The public ids of the chats in the list, from its top."""
    return re.findall(r'id="chat-([\w-]+)" href', text(browser, f"/chat/{query}"))


def test_who_takes_part_in_no_site_is_told_so(pavel: User) -> None:
    page = text(signed_in(pavel), "/chat/")

    assert "You take part in no site yet" in page and "/chat/sites/" in page


def test_a_new_site_shows_the_way_to_its_snippet(browser: Client, shop: Site) -> None:
    page = text(browser, "/chat/")

    assert "Nobody has written yet" in page and f"/chat/sites/{shop.public_key}/" in page


def test_an_agent_sees_the_chats_of_his_sites_and_of_no_other(
    pavels: Client, olga: User, shop: Site, liza: Conversation
) -> None:
    other = say(sites.make("Olga's other shop", olga), "oleg", "A question elsewhere")

    assert listed(pavels) == [liza.public_id]
    assert pavels.get(f"/chat/chats/{other.public_id}/").status_code == 404
    assert pavels.get(f"/chat/sites/{shop.public_key}/").status_code == 404


def test_a_stranger_finds_and_does_nothing(liza: Conversation, pavel: User, rival: Site) -> None:
    stranger, address = signed_in(pavel), f"/chat/chats/{liza.public_id}/"

    assert listed(stranger) == []
    assert {stranger.get(address + rest).status_code for rest in ("", "feed/", "visitor/")} == {404}
    deeds = ("messages/", "files/", "visitor/", "assignment/", "reading/", "closure/", "block/", "unblocking/")
    assert {stranger.post(address + deed, {"text": "x", "to": "me"}).status_code for deed in deeds} == {404}
    liza.refresh_from_db()
    assert (liza.version, liza.is_open) == (1, True)


def test_each_list_has_its_chats(
    browser: Client,
    pavels: Client,
    shop: Site,
    olga_agent: Agent,
    pavel_agent: Agent,
    support: AgentGroup,
    liza: Conversation,
) -> None:
    oleg, anna, petr = (say(shop, name, "Hello") for name in ("oleg", "anna", "petr"))
    assigning.assign(oleg, pavel_agent, by=olga_agent)
    assigning.assign(anna, support, by=olga_agent)
    conversations.close(petr, by=olga_agent)

    assert set(listed(pavels, "?tab=mine")) == {oleg.public_id, anna.public_id}
    assert listed(browser, "?tab=mine") == []
    assert listed(browser, "?tab=unassigned") == [liza.public_id]
    assert set(listed(browser, "?tab=all")) == {liza.public_id, oleg.public_id, anna.public_id}
    assert listed(browser, "?tab=closed") == [petr.public_id]
    counters = re.findall(r'id="tab-(\w+)".*?console__count">(\d+)<', text(pavels, "/chat/"))
    assert counters == [("mine", "2"), ("unassigned", "1"), ("all", "3")]


def test_who_waits_longest_stands_first_if_one_wants_it_so(
    browser: Client, shop: Site, olga_agent: Agent, liza: Conversation
) -> None:
    oleg = say(shop, "oleg", "Me too")
    say(shop, "liza", "Anybody there?")
    assert listed(browser) == [liza.public_id, oleg.public_id]
    assert listed(browser, "?order=waiting") == [liza.public_id, oleg.public_id]

    replies.post(liza, agent=olga_agent, text="Here I am")
    say(shop, "liza", "And another thing")
    assert listed(browser, "?order=waiting") == [oleg.public_id, liza.public_id]
    assert listed(browser) == [liza.public_id, oleg.public_id]


def test_visitors_are_found_by_name_and_email_also_in_closed_chats(
    browser: Client, shop: Site, olga_agent: Agent, liza: Conversation
) -> None:
    browser.post(f"/chat/chats/{liza.public_id}/visitor/", {"name": "Liza Ivanova", "email": "liza@example.com"})
    oleg = say(shop, "oleg", "Hello")
    conversations.close(liza, by=olga_agent)

    assert listed(browser, "?q=ivanova") == [liza.public_id]
    assert listed(browser, "?q=liza%40") == [liza.public_id]
    assert listed(browser, "?tab=mine&q=nobody-of-this-name") == []
    assert oleg.public_id in listed(browser)


def test_what_is_new_is_counted_until_somebody_has_opened_it(browser: Client, shop: Site, liza: Conversation) -> None:
    say(shop, "liza", "And the spade?")
    assert 'class="counter">2<' in text(browser, "/chat/")

    response = browser.post(f"/chat/chats/{liza.public_id}/reading/", {"number": "1"})
    assert response.status_code == 204
    assert 'class="counter">1<' in text(browser, "/chat/")

    browser.post(f"/chat/chats/{liza.public_id}/reading/", {"number": "999999999"})
    assert 'class="counter"' not in text(browser, "/chat/")
    say(shop, "liza", "Hello?")
    assert 'class="counter">1<' in text(browser, "/chat/")


def test_odd_addresses_are_taken_as_none(browser: Client, liza: Conversation) -> None:
    for query in ("?tab=x&order=y&shown=-3", "?shown=99999999999999", "?q=%00", "?q=%25_'\"<b>"):
        assert browser.get(f"/chat/{query}").status_code == 200
    assert browser.get(f"/chat/chats/{liza.public_id}/feed/?since=x&first=99999999999999999999").status_code == 200
    assert browser.get("/chat/chats/%00/").status_code == 404
    strange = {"kind": "reply", "text": "x", "file": "\x00", "key": "\x00"}
    assert browser.post(f"/chat/chats/{liza.public_id}/messages/", strange).status_code == 422
    assert browser.post(f"/chat/chats/{liza.public_id}/reading/", {"number": "9" * 30}).status_code == 204
