"""What the consent page leads back with (S04, S05): a state is good once, for its own session, for ten minutes."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from otklik.desk.models import ContactTemplate, Employee, TaskTemplate
from otklik.desk.tests.screens.stage import by_htmx, signed_in, words
from otklik.integrations import consents
from otklik.integrations.models import Connection
from otklik.people.sides import COOKIES

pytestmark = pytest.mark.django_db

KIND = "/integrations/chatra/"


@pytest.fixture
def browser(olga: Employee) -> Client:
    return signed_in(olga)


def asked(browser: Client, **more: Any) -> dict[str, str]:
    """What the dialog asks the chat for."""
    given = {
        "name": "shop.example.com",
        "task_template": TaskTemplate.objects.get(key="standard").pk,
        "contact_template": ContactTemplate.objects.get(key="contact").pk,
        "way": "consent",
    }
    answer = browser.post(f"{KIND}accounts/", given | more)
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == "/chat/consent/"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def back(browser: Client, **given: str) -> Any:
    return browser.get(f"{KIND}consent/", given)


def test_s04_the_chat_is_asked_for_the_four_rights_with_a_proof_key(browser: Client) -> None:
    question = asked(browser)
    assert question["scope"] == "messages visitors agents agents:create"
    assert question["redirect_uri"].endswith(f"{KIND}consent/")
    assert question["code_challenge_method"] == "S256"
    assert question["state"] != asked(browser)["state"]
    assert not Connection.objects.exists()


def test_s04_with_scripts_the_page_opens_in_a_new_window(browser: Client) -> None:
    given = {
        "name": "shop.example.com",
        "task_template": TaskTemplate.objects.get(key="standard").pk,
        "contact_template": ContactTemplate.objects.get(key="contact").pk,
        "way": "consent",
    }
    answer = browser.post(f"{KIND}accounts/", given, headers=by_htmx())
    assert "<consent-window" in answer.content.decode()
    assert "The chat has opened in a new window" in words(answer)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("access_denied", "You cancelled in the chat: nothing is connected."),
        ("invalid_scope", "it was asked for a right that it does not give. Nothing is connected."),
        ("<b>odd</b>", "The chat refused the question. Nothing is connected."),
    ],
)
def test_s04_a_refusal_is_told_in_words(error: str, said: str, browser: Client) -> None:
    answer = back(browser, state=asked(browser)["state"], error=error)
    assert answer.headers["Location"] == KIND
    assert said in words(browser.get(KIND))


def test_a_replayed_state_is_refused(browser: Client) -> None:
    state = asked(browser)["state"]
    back(browser, state=state, error="access_denied")
    again = back(browser, state=state, code="x")
    assert again.status_code == 400
    assert "it was used already. Connect once more." in words(again)


@pytest.mark.parametrize("state", ["", "nonsense", "x" * 5000, "\x00"])
def test_an_unknown_state_is_refused(state: str, browser: Client) -> None:
    asked(browser)
    answer = back(browser, state=state, code="x")
    assert answer.status_code == 400
    assert "belongs to no question of yours" in words(answer)


def test_the_state_of_another_session_is_refused(browser: Client, olga: Employee) -> None:
    state = asked(browser)["state"]
    answer = back(signed_in(olga), state=state, code="x")
    assert answer.status_code == 400
    # Whose it is may still use it.
    assert back(browser, state=state, error="access_denied").status_code == 302


def test_an_expired_state_is_refused(browser: Client) -> None:
    state = asked(browser)["state"]
    session = SessionStore(browser.cookies[COOKIES["desk"]].value)
    session[consents.KEY] = {state: {**session[consents.KEY][state], "at": time.time() - consents.GOOD_FOR - 1}}
    session.save()
    answer = back(browser, state=state, code="x")
    assert answer.status_code == 400
    assert "The consent page was open for too long." in words(answer)


def test_a_chat_that_is_away_is_told_and_nothing_is_connected(browser: Client, settings: Any) -> None:
    state = asked(browser)["state"]
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    back(browser, state=state, code="x")
    assert "The chat did not answer. Nothing is connected yet" in words(browser.get(KIND))
    assert not Connection.objects.exists()


def test_few_consents_are_taken_at_a_time_and_none_is_lost(browser: Client) -> None:
    state = asked(browser)["state"]
    with consents.turn(), consents.turn():
        answer = back(browser, state=state, code="x")
    assert answer.status_code == 503
    assert "Reload this page." in words(answer)
    assert back(browser, state=state, error="access_denied").status_code == 302


def test_who_is_no_administrator_has_no_way_back(pavel: Employee) -> None:
    assert back(signed_in(pavel), state="x", code="x").status_code == 404


def test_the_dialog_offers_our_chat_and_the_cloud(browser: Client) -> None:
    said = words(browser.get(f"{KIND}accounts/"))
    assert "Our chat on this server" in said and "A Chatra cloud account" in said


def test_a_new_consent_is_asked_for_an_account_of_our_chat(browser: Client, shop: Connection) -> None:
    Connection.objects.update(settings={**shop.settings, "has_idempotency": True})
    path = f"{KIND}accounts/{shop.pk}/reconnection/"
    assert "Open the consent page" in words(browser.get(path))
    assert urlsplit(browser.post(path).headers["Location"]).path == "/chat/consent/"
