"""How the chat of a site looks and speaks."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from otklik.chat.looks import look_of
from otklik.chat.models import Site, SiteText
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.chat.tests.test_frame import config_of
from otklik.people.models import User

LOOK = {
    "button_bg": "#aa0000",
    "button_style": "tab",
    "button_position": "lm",
    "button_size": "72",
    "chat_width": "420",
    "chat_height": "600",
    "greeting": "Ask us!",
}


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def texts_of(site: Site, language: str) -> dict[str, str]:
    config = config_of(Client().get("/widget/frame/", {"key": site.public_key, "lang": language}).content.decode())
    texts = config["texts"]
    assert isinstance(texts, dict)
    return texts


def test_a_look_is_kept_in_the_shape_of_chatras_setup(browser: Client, shop: Site) -> None:
    assert look_of(shop) == {}
    assert browser.post(page_of(shop, "look/"), LOOK).status_code == 302

    assert look_of(shop) == {
        "buttonStyle": "tab",
        "buttonPosition": "lm",
        "buttonSize": 72,
        "chatWidth": 420,
        "colors": {"buttonBg": "#aa0000"},
        "squarePictures": True,
    }
    assert texts_of(shop, "en")["greeting"] == "Ask us!"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("button_bg", "red"),
        ("chat_bg", "#fff;}"),
        ("button_size", "300"),
        ("button_position", "xx"),
        ("chat_width", ""),
    ],
)
def test_a_look_that_cannot_be_is_refused_beside_its_field(browser: Client, shop: Site, name: str, value: str) -> None:
    answer = browser.post(page_of(shop, "look/"), LOOK | {name: value})

    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert "Ask us!" in answer.content.decode()
    assert look_of(shop) == {}


def test_own_words_stand_instead_of_the_standard_ones(browser: Client, shop: Site) -> None:
    page = page_of(shop, "texts/en/")
    assert 'placeholder="Your message"' in text(browser, page)

    browser.post(page, {"placeholder": "Write <b>to</b> us"})
    assert texts_of(shop, "en")["placeholder"] == "Write <b>to</b> us"
    assert texts_of(shop, "en")["send"] == "Send"
    assert texts_of(shop, "ru")["placeholder"] != "Write <b>to</b> us"

    browser.post(page, {"placeholder": ""})
    assert texts_of(shop, "en")["placeholder"] == "Your message"


def test_a_language_of_ones_own_is_spoken_to_those_who_want_it(browser: Client, shop: Site) -> None:
    answer = browser.post(page_of(shop, "texts/languages/"), {"language": "AR"})
    assert answer["Location"] == page_of(shop, "texts/ar/")
    assert 'dir="rtl"' in text(browser, page_of(shop, "texts/ar/"))
    browser.post(page_of(shop, "texts/ar/"), {"greeting": "مرحبا"})

    assert texts_of(shop, "ar-EG,en")["greeting"] == "مرحبا"
    assert texts_of(shop, "ar-EG,en")["send"] == "Send"
    frame = Client().get("/widget/frame/", {"key": shop.public_key, "lang": "ar"}).content.decode()
    assert '<html lang="ar"' in frame

    browser.post(page_of(shop, "texts/ar/removal/"))
    assert not SiteText.objects.filter(language="ar").exists()
    assert browser.get(page_of(shop, "texts/ar/")).status_code == 404


def test_words_with_gaps_that_nobody_fills_are_refused(browser: Client, shop: Site) -> None:
    answer = browser.post(page_of(shop, "texts/en/"), {"counter": "{total} left", "greeting": "Hi!"})
    page = unescape(answer.content.decode())

    assert answer.status_code == 422
    assert "Nothing can be filled in here for {total}. Known: {count}, {limit}." in page and 'value="Hi!"' in page


@pytest.mark.parametrize("language", ["", "x", "english", "de/../", "<b>"])
def test_what_is_no_language_is_refused(browser: Client, shop: Site, language: str) -> None:
    answer = browser.post(page_of(shop, "texts/languages/"), {"language": language})
    assert answer.status_code == 422 and not SiteText.objects.exists()


def test_the_preview_may_stand_in_our_own_pages_only(browser: Client, shop: Site, pavel: User) -> None:
    answer = browser.get(page_of(shop, "preview/en/"))
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert signed_in(pavel).get(page_of(shop, "preview/en/")).status_code == 404


@pytest.mark.parametrize("rest", ["look/", "texts/", "texts/en/"])
def test_a_stranger_finds_none_of_these_pages(pavel: User, shop: Site, rest: str) -> None:
    stranger = signed_in(pavel)
    assert stranger.get(page_of(shop, rest)).status_code == 404
    assert stranger.post(page_of(shop, rest), LOOK).status_code == 404
