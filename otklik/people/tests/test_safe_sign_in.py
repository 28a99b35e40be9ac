"""Signing in when others try to be in the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from otklik.config.env import trusted_proxies
from otklik.conftest import PASSWORD
from otklik.desk.models import Employee

ENGLISH = {"accept-language": "en"}
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    cache.clear()


def token_of(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    return found[1]


def sign_in(browser: Client, side: str = "", password: str = PASSWORD, **extra: Any) -> Any:
    form = {"login": "pavel@example.com", "password": password}
    form["csrfmiddlewaretoken"] = token_of(browser.get(side + LOGIN, **extra))
    return browser.post(side + LOGIN, form, **extra)


def test_a_letter_leads_to_the_public_address_whatever_the_request_claims(pavel: Employee) -> None:
    browser = Client(headers=ENGLISH | {"host": "evil.example"})

    browser.post("/accounts/password/reset/", {"email": "pavel@example.com"})
    browser.post("/accounts/password/reset/", {"email": "stranger@example.com"})

    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert f"{django_settings.PUBLIC_URL}/accounts/" in letter.body
        assert "evil.example" not in letter.subject + str(letter.body)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000", 302),
        ("localhost:8000", "http://localhost:8000", 302),
        ("inside:8000", django_settings.PUBLIC_URL, 302),
        ("localhost:8000", "http://evil.example", 403),
    ],
)
def test_a_form_is_taken_from_the_page_that_the_browser_shows(
    pavel: Employee, host: str, origin: str, status: int
) -> None:
    browser = Client(enforce_csrf_checks=True, headers=ENGLISH | {"host": host, "origin": origin})

    assert sign_in(browser).status_code == status


def test_s04_forms_of_the_desk_survive_a_sign_in_to_the_chat(pavel: Employee) -> None:
    browser = Client(enforce_csrf_checks=True, headers=ENGLISH)
    assert sign_in(browser).status_code == 302
    open_page = token_of(browser.get("/accounts/settings/"))

    assert sign_in(browser, "/chat").status_code == 302

    form = {"name": "Pavel P.", "language": "en", "timezone": "UTC", "csrfmiddlewaretoken": open_page}
    assert browser.post("/accounts/settings/", form).status_code == 302
    assert browser.post("/accounts/settings/", form | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert browser.post("/chat" + LOGIN, form).status_code == 403


def wrong_passwords(browser: Client, **extra: Any) -> HttpResponse:
    for _ in range(8):
        answer: HttpResponse = sign_in(browser, password="a guess", **extra)
    return answer


def test_wrong_passwords_of_a_stranger_do_not_lock_the_owner_out(pavel: Employee) -> None:
    refused = wrong_passwords(Client(headers=ENGLISH, REMOTE_ADDR="203.0.113.5"))
    assert "Too many failed login attempts" in refused.content.decode()

    assert sign_in(Client(headers=ENGLISH, REMOTE_ADDR="198.51.100.7")).status_code == 302


def test_behind_a_proxy_each_has_his_own_address(
    pavel: Employee, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTKLIK_TRUSTED_PROXIES", "10.0.0.0/8")
    settings.TRUSTED_PROXIES = trusted_proxies()
    browser = Client(headers=ENGLISH, REMOTE_ADDR="10.0.0.1")

    refused = wrong_passwords(browser, headers={"x-forwarded-for": "203.0.113.5"})
    assert "Too many failed login attempts" in refused.content.decode()

    assert sign_in(browser, headers={"x-forwarded-for": "198.51.100.7"}).status_code == 302


def test_an_invented_address_opens_no_further_attempts(pavel: Employee) -> None:
    browser = Client(headers=ENGLISH, REMOTE_ADDR="203.0.113.5")
    wrong_passwords(browser)

    refused = sign_in(browser, headers={"x-forwarded-for": "198.51.100.7", "host": "another.example"})

    assert "Too many failed login attempts" in refused.content.decode()
