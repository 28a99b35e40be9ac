"""The chat's consent page and what its code is worth (S04): whatever is odd is refused with a sentence."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from otklik.chat import consents, jobs
from otklik.chat.actions import agents, api_keys
from otklik.chat.models import Consent, Site
from otklik.chat.tests.test_administration import signed_in
from otklik.people.models import User

pytestmark = pytest.mark.django_db

VERIFIER = "v" * 60
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = settings.CHAT_DESKS["otklik"]["backs"][0]


def page(**more: str | None) -> str:
    asked = {
        "response_type": "code",
        "client_id": "otklik",
        "redirect_uri": BACK,
        "scope": "messages visitors agents agents:create",
        "state": "s" * 32,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }
    return f"/chat/consent/?{urlencode({name: value for name, value in asked.items() if value is not None})}"


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def told(response: Any) -> dict[str, str]:
    """What the page leads back with."""
    location = response.headers["Location"]
    assert location.startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def code_for(browser: Client, site: Site) -> str:
    return told(browser.post(page(), {"action": "connect", "site": site.public_key}))["code"]


def exchange(code: str, **more: str) -> Any:
    asked = {
        "grant_type": "authorization_code",
        "client_id": "otklik",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return Client().post("/api/consent/token/", asked | more)


def keys(token: str) -> Any:
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/api/consent/site/")


def test_s04_the_page_says_who_asks_for_what_and_who_is_signed_in(browser: Client, olga: User, shop: Site) -> None:
    said = words(browser.get(page()))
    for part in (
        "Integration with Otklik", "Connect integration", "Cancel", "Read and create messages",
        "Get and change information about visitors", "Get information about operators", "Create new operators",
        f"You are signed in as {olga.email}", "Sign in with another account", shop.name,
    ):  # fmt: skip
        assert part in said


def test_s04_only_the_persons_own_sites_are_offered(browser: Client, shop: Site, rival: Site) -> None:
    assert rival.name not in words(browser.get(page()))
    answer = browser.post(page(), {"action": "connect", "site": rival.public_key})
    assert answer.status_code == 422
    assert "This site is not among yours any more." in words(answer)
    assert not Consent.objects.exists()


def test_s04_the_code_brings_the_keys_of_the_chosen_site(browser: Client, shop: Site) -> None:
    answer = browser.post(page(), {"action": "connect", "site": shop.public_key})
    assert told(answer)["state"] == "s" * 32
    token = exchange(told(answer)["code"]).json()
    assert "refresh_token" not in token
    brought = keys(token["access_token"]).json()
    assert brought["publicKey"] == shop.public_key
    assert api_keys.site_of(shop.public_key, brought["secretKey"]) == shop


def test_s04_the_first_site_is_made_on_the_way(db: None) -> None:
    anna = User.objects.create_user("anna@example.com", name="Anna")
    browser = signed_in(anna)
    nameless = browser.post(page(), {"action": "connect", "site": "new", "name": " "})
    assert "Give the new site a name." in words(nameless)
    code = told(browser.post(page(), {"action": "connect", "site": "new", "name": "anna.example.com"}))["code"]
    site = Site.objects.get(name="anna.example.com")
    assert site.members.get().user == anna
    assert keys(exchange(code).json()["access_token"]).json()["publicKey"] == site.public_key


def test_s04_who_is_not_signed_in_signs_in_or_up_on_the_way(db: None, olga: User) -> None:
    said = Client(headers={"Accept-Language": "en"}).get(page())
    assert "Connect integration" not in words(said)
    links = re.findall(r'href="(/chat/accounts/(?:login|signup)/\?[^"]+)"', unescape(said.content.decode()))
    assert [parse_qs(urlsplit(link).query)["next"] for link in links] == [[page()], [page()]]
    assert 'name="password1"' in Client().get(links[1]).content.decode()


@pytest.mark.parametrize("path", ["/accounts/signup/", "/chat/accounts/signup/", "/chat/accounts/signup/?next=/chat/"])
def test_nobody_signs_up_but_on_the_way_to_a_consent(path: str, olga: User) -> None:
    given = {
        "name": "Eve",
        "email": "eve@example.com",
        "password1": "a good password 1",
        "password2": "a good password 1",
    }
    assert "password1" not in Client().get(path).content.decode()
    Client().post(path, given)
    assert not User.objects.filter(email="eve@example.com").exists()


def test_an_unproven_email_opens_nothing_of_others(shop: Site) -> None:
    """Alice answers for the shop by her e-mail alone; somebody else signs up with it on the way to a consent."""
    alice = agents.find_or_make(shop, email="alice@example.com", name="Alice")
    browser = Client(headers={"Accept-Language": "en"})
    password = "a good password 1"
    given = {"name": "Eve", "email": "Alice@example.com", "password1": password, "password2": password}
    answer = browser.post(f"/chat/accounts/signup/?{urlencode({'next': page()})}", given | {"next": page()})
    assert answer.status_code == 302
    eve = User.objects.get(name="Eve")

    assert shop.name not in words(browser.get(page()))
    assert browser.get(f"/chat/sites/{shop.public_key}/").status_code == 404
    browser.post(page(), {"action": "connect", "site": "new", "name": "eve.example.com"})
    # Neither her sign-up nor her own site, nor what the desk says of Alice afterwards, ties her to the agent.
    assert agents.find_or_make(shop, email="alice@example.com") == alice
    assert not shop.agents.filter(user=eve).exists() and not shop.members.filter(user=eve).exists()
    assert browser.get("/chat/").status_code == 200 and shop.name not in words(browser.get("/chat/"))


def test_before_the_desk_has_an_owner_nobody_signs_up(db: None) -> None:
    path = f"/chat/accounts/signup/?{urlencode({'next': page()})}"
    assert "password1" not in Client().get(path).content.decode()


def test_s04_another_account_signs_in_to_the_chat_only(browser: Client, shop: Site) -> None:
    desk = browser.session.session_key
    browser.cookies["otklik_desk"] = "the desk's own session"
    answer = browser.post(page(), {"action": "another"})
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["next"] == [page()]
    assert browser.cookies["otklik_chat"].value != desk
    assert browser.cookies["otklik_desk"].value == "the desk's own session"


def test_s04_cancel_leads_back_with_a_word(browser: Client, shop: Site) -> None:
    answer = told(browser.post(page(), {"action": "cancel"}))
    assert (answer["error"], answer["state"]) == ("access_denied", "s" * 32)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", BACK + "x", BACK + "?x=1", BACK.replace("http://", "https://"), "", "nonsense"]
)
def test_a_foreign_redirect_address_gets_nothing(back: str, browser: Client, shop: Site) -> None:
    for answer in (browser.get(page(redirect_uri=back)), browser.post(page(redirect_uri=back), {"action": "cancel"})):
        assert answer.status_code == 400
        assert "Nothing is connected" in words(answer)
        assert "an address that this desk has not registered" in words(answer)


@pytest.mark.parametrize("client_id", ["stranger", "", None, "\x00", "x" * 5000])
def test_who_is_not_known_asks_in_vain(client_id: str | None, browser: Client) -> None:
    answer = browser.get(page(client_id=client_id))
    assert answer.status_code == 400
    assert "Whoever sent you here is not known to this chat." in words(answer)


@pytest.mark.parametrize("scope", ["everything", "messages everything", "", None, "messages:delete"])
def test_a_scope_that_is_not_given_is_refused(scope: str | None, browser: Client, shop: Site) -> None:
    assert told(browser.get(page(scope=scope)))["error"] == "invalid_scope"
    posted = browser.post(page(scope=scope), {"action": "connect", "site": shop.public_key})
    assert told(posted)["error"] == "invalid_scope"
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None},
        {"code_challenge": "short"}, {"code_challenge": "\x00" * 43}, {"response_type": "token"},
    ],
)  # fmt: skip
def test_without_a_proof_key_nothing_is_asked(asked: dict[str, str | None], browser: Client, shop: Site) -> None:
    answer = browser.get(page(**asked))
    assert told(answer)["error"] in ("invalid_request", "unsupported_response_type", "unauthorized_client")


def test_a_code_is_good_once_and_a_second_time_takes_its_token_back(browser: Client, shop: Site) -> None:
    code = code_for(browser, shop)
    token = exchange(code).json()["access_token"]
    again = exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert keys(token).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "w" * 60}, {"redirect_uri": "https://evil.example/"}, {"client_id": "stranger"}, {"code": "x"}],
)
def test_a_code_is_worth_nothing_to_whoever_did_not_ask(wrong: dict[str, str], browser: Client, shop: Site) -> None:
    answer = exchange(**({"code": code_for(browser, shop)} | wrong))
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.json()


def test_a_code_and_a_token_grow_old(browser: Client, shop: Site) -> None:
    code = code_for(browser, shop)
    Consent.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert exchange(code).json()["error"] == "invalid_grant"

    token = exchange(code_for(browser, shop)).json()["access_token"]
    Consent.objects.update(used_at=timezone.now() - timedelta(minutes=6))
    refused = keys(token)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthorized")


def test_a_token_without_all_rights_gets_no_keys(browser: Client, shop: Site) -> None:
    answer = browser.post(page(scope="messages agents"), {"action": "connect", "site": shop.public_key})
    token = exchange(told(answer)["code"]).json()["access_token"]
    assert keys(token).status_code == 401


def test_a_token_that_was_given_back_is_worth_nothing(browser: Client, shop: Site) -> None:
    token = exchange(code_for(browser, shop)).json()["access_token"]
    assert Client().post("/api/consent/revocation/", {"token": token, "client_id": "otklik"}).status_code == 200
    assert keys(token).status_code == 401


def test_codes_and_tokens_are_kept_as_digests(browser: Client, shop: Site) -> None:
    code = code_for(browser, shop)
    token = exchange(code).json()["access_token"]
    consent = Consent.objects.get()
    assert code.encode() not in bytes(consent.code)
    assert token.encode() not in bytes(consent.token or b"")


def test_consents_are_purged_once_nothing_of_them_is_good(browser: Client, shop: Site) -> None:
    old, fresh = code_for(browser, shop), code_for(browser, shop)
    exchange(old)
    consents.purge()
    assert Consent.objects.count() == 2
    Consent.objects.filter(used_at__isnull=False).update(created_at=timezone.now() - consents.KEPT_FOR)

    jobs.purge_consents(timestamp=0)

    assert exchange(old).status_code == 400
    assert exchange(fresh).status_code == 200
