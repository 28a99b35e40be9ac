from __future__ import annotations

import pytest
from django.test import Client

from otklik.chat.actions import messages, sites
from otklik.chat.actions.messages import Post
from otklik.chat.models import Conversation, Site
from otklik.chat.tests.test_posting import arrival
from otklik.people.models import User


@pytest.fixture
def chat(shop: Site) -> Conversation:
    sites.set_hook(shop, "https://desk.example/hooks/x")
    messages.post([Post(arrival(shop), "m1", "Is <b>the rake</b> in stock? https://shop.example/rake")])
    return Conversation.objects.get()


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def signed_in(user: User) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(user)
    browser.cookies["otklik_chat"] = browser.cookies["otklik_session"].value
    return browser


def text(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def page_of(site: Site, rest: str = "") -> str:
    return f"/chat/sites/{site.public_key}/{rest}"


def test_the_sites_of_the_person_are_listed(browser: Client, shop: Site, rival: Site, chat: Conversation) -> None:
    page = text(browser, "/chat/sites/")

    assert shop.name in page and "1 open chat" in page
    assert rival.name not in page


def test_a_site_shows_its_snippet_and_no_secret(browser: Client, shop: Site, chat: Conversation) -> None:
    page = text(browser, page_of(shop))

    assert f"/chatra.js?key={shop.public_key}" in page and shop.secret_key not in page


def test_the_address_of_a_conversation_leads_into_the_console(browser: Client, shop: Site, chat: Conversation) -> None:
    response = browser.get(page_of(shop, f"conversations/{chat.public_id}/"))

    assert response.status_code == 302 and response["Location"] == f"/chat/chats/{chat.public_id}/"


def test_conversations_are_listed(browser: Client, shop: Site, chat: Conversation) -> None:
    assert chat.visitor.generated_name in text(browser, page_of(shop, "conversations/"))


@pytest.mark.parametrize("rest", ["", "conversations/", "conversations/{id}/"])
def test_another_persons_site_is_not_there(pavel: User, shop: Site, chat: Conversation, rest: str) -> None:
    address = page_of(shop, rest.format(id=chat.public_id))

    assert signed_in(pavel).get(address).status_code == 404


def test_a_conversation_is_found_under_its_own_site_only(pavel: User, rival: Site, chat: Conversation) -> None:
    assert signed_in(pavel).get(page_of(rival, f"conversations/{chat.public_id}/")).status_code == 404


def test_who_is_not_signed_in_is_asked_to(shop: Site) -> None:
    response = Client().get(page_of(shop))

    assert response.status_code == 302 and response["Location"].startswith("/chat/accounts/login/")


def test_pages_of_a_site_have_one_list_of_them_beside(browser: Client, shop: Site) -> None:
    page = text(browser, page_of(shop))

    assert f'<a href="{page_of(shop)}" aria-current="page">Overview</a>' in page
    assert shop.name in text(browser, "/chat/sites/")
