"""Whether the chat is on a site's pages."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.test import Client

from otklik.chat import sightings
from otklik.chat.models import Sighting, Site
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.chat.tests.widget.website import SNIPPET, Website
from otklik.people.models import User


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


@pytest.fixture
def website(shop: Site, settings: object) -> Iterator[Website]:
    settings.INTERNAL_HOSTS = ["localhost"]  # type: ignore[attr-defined]
    website = Website(key=shop.public_key, chat=django_settings.PUBLIC_URL)
    yield website
    website.close()


def test_pages_on_which_the_chat_was_loaded_are_listed_and_written_rarely(browser: Client, shop: Site) -> None:
    for _ in range(3):
        address = f"/chatra.js?key={shop.public_key}"
        assert Client().get(address, headers={"Referer": "https://shop.example.com/"}).status_code == 200
    first = Sighting.objects.get()
    sightings.note(shop, "https://shop.example.com/rakes/?token=secret")

    assert first.first_at == first.last_at
    page = text(browser, page_of(shop))
    assert "shop.example.com/rakes/" in page and "secret" not in page and "in the last 24 hours" in page


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", "nothing", f"{django_settings.PUBLIC_URL}/chat/"])
def test_what_is_no_page_of_a_site_is_not_noted(shop: Site, link: str) -> None:
    sightings.note(shop, link)
    assert not Sighting.objects.exists()


def test_addresses_that_browsers_invent_are_bounded(shop: Site) -> None:
    for number in range(sightings.KEPT + 20):
        sightings.note(shop, f"https://shop.example.com/{number}")
    assert Sighting.objects.count() == sightings.KEPT


def test_a_page_is_looked_at_and_judged_in_words(browser: Client, shop: Site, website: Website) -> None:
    pages = {
        "/good": (SNIPPET, "The snippet is on this page"),
        "/short": ("<script async src='%(script)s?key=%(key)s'></script>", "The snippet is on this page"),
        "/other": ("<script async src='%(script)s?key=ANOTHER'></script>", "with the key of another site"),
        "/cloud": ("<script src='https://call.chatra.example/chatra.js'></script>", "comes from call.chatra.example"),
        "/none": ("", "The snippet is not on this page."),
    }
    for path, (head, words) in pages.items():
        answer = browser.post(page_of(shop, "check/"), {"address": website.page(head, path=path)}, follow=True)
        assert words in unescape(answer.content.decode()), path


def test_a_page_inside_our_network_is_not_looked_at(browser: Client, shop: Site) -> None:
    answer = browser.post(page_of(shop, "check/"), {"address": "http://127.0.0.1:1/"}, follow=True)
    assert "closed network" in unescape(answer.content.decode())
