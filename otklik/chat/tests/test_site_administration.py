"""Making, copying, changing and removing sites, and the keys of their API."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from otklik.chat.actions import api_keys, messages, sites
from otklik.chat.actions.messages import Post
from otklik.chat.looks import look_of
from otklik.chat.models import AgentGroup, ApiKey, Look, Site, SiteMember, SiteText, Visitor
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.chat.tests.test_posting import arrival
from otklik.people.models import User


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


def asks_the_api(site: Site, secret: str) -> int:
    keys = f"Chatra.Simple {site.public_key}:{secret}"
    return Client().get("/api/agents/", headers={"Authorization": keys}).status_code


def shown_secret(page: str) -> str:
    found = re.search(r'<code class="secret" id="made">(\w+)</code>', page)
    assert found
    return found[1]


def test_a_site_is_made_with_its_hosts_in_plain_names(browser: Client, olga: User) -> None:
    given = {"name": "Garden tools", "language": "en", "hosts": "https://Shop.example.com/rakes\n*.example.org\n\n"}
    answer = browser.post("/chat/sites/new/", given)

    site = Site.objects.get()
    assert answer.status_code == 302 and answer["Location"] == page_of(site)
    assert (site.name, site.language, site.hosts) == ("Garden tools", "en", ["shop.example.com", "*.example.org"])
    assert site.members.get().user == olga and site.agents.get().user == olga


@pytest.mark.parametrize("host", ["bad; script-src *", "two words", "<b>", "-", "a..b", "x" * 300])
def test_what_is_no_host_is_refused_and_stays_typed(browser: Client, db: None, host: str) -> None:
    answer = browser.post(
        "/chat/sites/new/", {"name": "Garden tools", "language": "en", "hosts": f"ok.example\n{host}"}
    )

    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and "is no host name" in page and "ok.example" in page
    assert not Site.objects.exists()


def test_a_copy_takes_the_settings_and_nobodys_data(browser: Client, shop: Site, olga: User, pavel: User) -> None:
    Look.objects.create(site=shop, button_bg="#aa0000", chat_width=420)
    SiteText.objects.create(site=shop, language="de", words={"send": "Los"})
    AgentGroup.objects.create(site=shop, name="Sales")
    SiteMember.objects.create(site=shop, user=pavel)
    sites.set_hook(shop, "https://desk.example/hooks/x")
    messages.post([Post(arrival(shop), "m1", "Hello")])

    answer = browser.post(page_of(shop, "copy/"), {"name": "Garden tools EU", "hosts": ""})

    copy = Site.objects.get(name="Garden tools EU")
    assert answer["Location"] == page_of(copy)
    assert copy.language == "en" and copy.public_key != shop.public_key
    assert look_of(copy) == look_of(shop) == {"chatWidth": 420, "colors": {"buttonBg": "#aa0000"}}
    assert copy.texts.get().words == {"send": "Los"} and copy.groups.get().name == "Sales"
    assert not copy.hooks.exists() and not copy.conversations.exists()
    assert [member.user for member in copy.members.all()] == [olga]
    assert asks_the_api(copy, shop.secret_key) == 401
    assert shop.texts.count() == 1 and shop.groups.count() == 1


def test_a_site_gets_another_name(browser: Client, shop: Site) -> None:
    browser.post(page_of(shop, "settings/"), {"name": "Rakes", "language": "ru", "hosts": "rakes.example"})

    shop.refresh_from_db()
    assert (shop.name, shop.language, shop.hosts) == ("Rakes", "ru", ["rakes.example"])


def test_removing_says_what_is_lost_and_wants_the_name(browser: Client, shop: Site, rival: Site) -> None:
    liza = arrival(shop)
    messages.post([Post(liza, "m1", "Hello"), Post(liza, "m2", "Is anybody there?")])
    page = text(browser, page_of(shop, "removal/"))
    assert "2 messages with their files" in page and "1 conversation" in page

    wrong = browser.post(page_of(shop, "removal/"), {"name": "garden"})
    assert wrong.status_code == 422 and "Nothing was removed." in wrong.content.decode()

    assert browser.post(page_of(shop, "removal/"), {"name": shop.name})["Location"] == "/chat/sites/"
    assert list(Site.objects.all()) == [rival] and not Visitor.objects.exists()


def test_files_of_a_removed_site_are_gone(shop: Site, olga: User, django_capture_on_commit_callbacks: object) -> None:
    from django.core.files.base import ContentFile

    from otklik.chat.models import Conversation, File

    messages.post([Post(arrival(shop), "m1", "Hello")])
    stored = default_storage.save("chat/removed.txt", ContentFile(b"text"))
    File.objects.create(
        conversation=Conversation.objects.get(), name="a.txt", type="text/plain", size=4, sha256="", stored=stored
    )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        sites.remove(shop)
    assert not default_storage.exists(stored)


def test_only_the_owner_removes_a_site(shop: Site, pavel: User) -> None:
    SiteMember.objects.create(site=shop, user=pavel)
    colleague = signed_in(pavel)

    assert page_of(shop, "removal/") not in text(colleague, page_of(shop, "settings/"))
    assert colleague.post(page_of(shop, "removal/"), {"name": shop.name}).status_code == 404
    assert Site.objects.filter(pk=shop.pk).exists()


@pytest.mark.parametrize("rest", ["settings/", "copy/", "removal/", "keys/"])
def test_a_stranger_finds_none_of_these_pages(pavel: User, shop: Site, rest: str) -> None:
    stranger = signed_in(pavel)
    assert stranger.get(page_of(shop, rest)).status_code == 404
    assert stranger.post(page_of(shop, rest), {"name": shop.name}).status_code == 404


def test_several_keys_are_good_and_a_secret_is_shown_once(browser: Client, shop: Site) -> None:
    made = browser.post(page_of(shop, "keys/"), {"name": "Warehouse"}).content.decode()
    secret = shown_secret(made)

    assert asks_the_api(shop, secret) == asks_the_api(shop, shop.secret_key) == 200
    page = text(browser, page_of(shop, "keys/"))
    assert secret not in page and shop.secret_key not in page
    assert "Warehouse" in page and f"…{secret[-4:]}" in page and "last used" in page
    assert not ApiKey.objects.filter(digest=secret.encode()).exists()


def test_a_replaced_key_is_good_for_as_long_as_was_said(browser: Client, shop: Site) -> None:
    [old] = ApiKey.objects.filter(site=shop)
    new = shown_secret(browser.post(page_of(shop, f"keys/{old.pk}/rotation/"), {"days": "7"}).content.decode())
    assert asks_the_api(shop, new) == asks_the_api(shop, shop.secret_key) == 200

    old.refresh_from_db()
    assert old.expires_at is not None and old.expires_at > timezone.now() + timedelta(days=6)
    ApiKey.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert asks_the_api(shop, shop.secret_key) == 401
    assert asks_the_api(shop, new) == 200


def test_a_revoked_key_opens_nothing_at_once(browser: Client, shop: Site) -> None:
    [key] = ApiKey.objects.filter(site=shop)
    browser.post(page_of(shop, f"keys/{key.pk}/revocation/"))

    assert asks_the_api(shop, shop.secret_key) == 401
    assert "Keys that open nothing any more" in text(browser, page_of(shop, "keys/"))


def test_a_key_is_good_for_its_own_site_only(shop: Site, rival: Site, browser: Client) -> None:
    assert asks_the_api(rival, shop.secret_key) == 401
    [key] = ApiKey.objects.filter(site=rival)
    assert browser.post(page_of(shop, f"keys/{key.pk}/revocation/")).status_code == 404
    assert asks_the_api(rival, rival.secret_key) == 200


def test_a_call_does_not_write_each_time_when_the_key_was_used(shop: Site) -> None:
    assert api_keys.site_of(shop.public_key, shop.secret_key) == shop
    [first] = ApiKey.objects.values_list("used_at", flat=True)
    assert api_keys.site_of(shop.public_key, shop.secret_key) == shop
    assert first is not None and list(ApiKey.objects.values_list("used_at", flat=True)) == [first]
