"""The administration's page about the contact form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.chat.actions import sites
from otklik.chat.models import Agreement, ConsentVersion, ContactForm, Site, SiteChange, Visitor
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.people.models import User

FORM: dict[str, Any] = {
    "is_on": "on",
    "when": "before",
    "is_required": "on",
    "intro": "Who are you?",
    "consent": "",
    "field": ["topic", "email"],
    "email-kind": "email",
    "email-is_required": "on",
    "topic-kind": "choice",
    "topic-label": "Topic",
    "topic-choices": "Sale\r\n\r\nRepair\r\nRepair",
}


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def save(browser: Client, site: Site, path: str = "form/online/en/", **changed: Any) -> str:
    """The page's answer; empty: it was saved."""
    answer = browser.post(page_of(site, path), FORM | changed)
    assert answer.status_code in (302, 422)
    return answer.content.decode() if answer.status_code == 422 else ""


def test_a_form_is_kept_in_the_order_of_its_fields(browser: Client, shop: Site) -> None:
    assert "Contact form" in text(browser, page_of(shop, "form/"))
    assert save(browser, shop) == ""

    form = ContactForm.objects.get(site=shop)
    assert (form.occasion, form.when, form.is_required) == ("online", "before", True)
    assert form.fields == [
        {"id": "topic", "kind": "choice", "isRequired": False},
        {"id": "email", "kind": "email", "isRequired": True},
    ]
    assert form.words["en"]["fields"]["topic"] == {"label": "Topic", "choices": ["Sale", "Repair"]}
    assert 'value="Topic"' in text(browser, page_of(shop, "form/"))
    assert SiteChange.objects.get(kind="form_changed").about == "when somebody is there"


def test_another_language_has_words_of_its_own(browser: Client, shop: Site) -> None:
    save(browser, shop)
    page = text(browser, page_of(shop, "form/online/ru/"))
    assert 'placeholder="Topic"' in page and 'value="Topic"' not in page

    russian = {"intro": "Кто вы?", "topic-label": "Тема"}
    assert "2 lines" in save(browser, shop, "form/online/ru/", **russian, **{"topic-choices": "Покупка"})
    assert save(browser, shop, "form/online/ru/", **russian, **{"topic-choices": "Покупка\nРемонт"}) == ""
    words = ContactForm.objects.get(site=shop).words
    assert words["ru"]["fields"]["topic"]["choices"] == ["Покупка", "Ремонт"]
    assert words["en"]["intro"] == "Who are you?"
    # What is gone is gone in every language.
    save(browser, shop, field=["email"])
    assert "topic" not in ContactForm.objects.get(site=shop).words["ru"]["fields"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"field": []}, "Add at least one field"),
        ({"field": [f"f{n}" for n in range(50)]} | {f"f{n}-kind": "text" for n in range(50)}
         | {f"f{n}-label": "x" for n in range(50)}, "At most 20 fields"),
        ({"email-is_required": ""}, "needs at least one field that must be filled in"),
        ({"topic-label": ""}, "Write what is asked."),
        ({"topic-label": "x" * 10_000}, "at most 100 characters"),
        ({"topic-choices": "Sale"}, "at least two lines"),
        ({"topic-choices": "\n".join(map(str, range(50)))}, "At most 30 choices."),
        ({"topic-kind": "email"}, "This field cannot be."),
        ({"topic-kind": "weapon"}, "weapon"),
        ({"when": "never"}, "never"),
        ({"consent": "I agree with [this](javascript:alert(1))"}, "is no address of a web page"),
        ({"consent": "I agree with [this]( )"}, "is no address of a web page"),
        ({"consent": "x" * 10_000}, "at most 2000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_stays_on_the_page(
    browser: Client, shop: Site, changed: dict[str, Any], sentence: str
) -> None:
    page = save(browser, shop, **changed)

    assert 'role="alert"' in page and sentence in page and "Who are you?" in page
    assert not ContactForm.objects.exists()


def test_words_are_never_markup(browser: Client, shop: Site) -> None:
    save(browser, shop, **{"topic-label": "<script>alert(1)</script>", "intro": '"><img src=x>'})

    page = text(browser, page_of(shop, "form/"))
    assert "<script>alert" not in page and "<img src=x>" not in page
    frame = text(Client(), f"/widget/frame/?key={shop.public_key}&lang=en")
    assert "<script>alert" not in frame and "<img src=x>" not in frame


def test_another_consent_is_another_version(browser: Client, shop: Site, anna: Visitor) -> None:
    save(browser, shop, consent="I agree.")
    save(browser, shop, consent="I agree.")
    first = ConsentVersion.objects.get()
    Agreement.objects.create(visitor=anna, version=first, language="en", text="I agree.")
    page = text(browser, page_of(shop, "form/"))
    assert "This is version 1." in page and "agreed 1 time." in page and "version 2" in page

    save(browser, shop, consent="I agree to all.")
    assert [(one.number, one.words) for one in ConsentVersion.objects.order_by("number")] == [
        (1, {"en": "I agree."}),
        (2, {"en": "I agree to all."}),
    ]
    save(browser, shop, consent="")
    assert ConsentVersion.objects.get(number=3).words == {}
    assert Agreement.objects.get().text == "I agree."


def test_the_preview_shows_what_is_not_saved_yet(browser: Client, shop: Site) -> None:
    changed = FORM | {"topic-label": "", "consent": "See [here](https://shop.example/)", "intro": "Hello"}
    shown = browser.post(page_of(shop, "form/online/en/draft/"), changed).json()["form"]

    # Without what cannot be yet.
    assert shown["intro"] == "Hello" and [field["id"] for field in shown["fields"]] == ["email"]
    assert shown["consent"]["parts"] == [["See ", ""], ["here", "https://shop.example/"]]
    assert not ContactForm.objects.exists()
    assert browser.post(page_of(shop, "form/online/en/draft/"), {"field": "\0"}).json() == {"form": None}
    assert "frame-ancestors 'self'" in browser.get(page_of(shop, "form/preview/en/"))["Content-Security-Policy"]


def test_only_who_administers_the_site_sees_its_form(browser: Client, rival: Site, shop: Site) -> None:
    for path in ("form/", "form/online/en/", "form/preview/en/"):
        assert browser.get(page_of(rival, path)).status_code == 404
    assert browser.post(page_of(rival, "form/online/en/draft/"), FORM).status_code == 404
    for path in ("form/night/en/", "form/online/tlh/", "form/preview/tlh/"):
        assert browser.get(page_of(shop, path)).status_code == 404


def test_a_copy_of_a_site_asks_the_same(browser: Client, shop: Site, olga: User) -> None:
    save(browser, shop, consent="I agree.")
    save(browser, shop, consent="I agree to all.")
    save(browser, shop, "form/offline/en/", intro="We are away.")

    copied = sites.copy(shop, "Another", hosts=[], by=olga)
    online = ContactForm.objects.get(site=copied, occasion="online")
    assert [(one.number, one.words) for one in online.consents.all()] == [(1, {"en": "I agree to all."})]
    assert ContactForm.objects.get(site=copied, occasion="offline").words["en"]["intro"] == "We are away."
