import json
import re
from typing import Any

import pytest
from django.test import Client

from otklik.chat.models import Site


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(name="Garden </script> tools", language="ru")


def config_of(page: str) -> dict[str, object]:
    found = re.search(r'<script id="widget-config" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    config: dict[str, object] = json.loads(found[1])
    return config


def test_the_frame_carries_what_the_scripts_need(client: Client, site: Site) -> None:
    response = client.get("/widget/frame/", {"key": site.public_key, "lang": "en"})
    config = config_of(response.content.decode())
    texts = config.pop("texts")
    assert config.pop("files") == {"largest": 10 * 1024 * 1024, "most": 10}
    assert config.pop("watching") == {"visitors": False, "typing": False}
    form = config.pop("form")
    assert isinstance(form, dict) and [field["id"] for field in form["fields"]] == ["name", "email"]
    assert str(config.pop("later")).startswith("chatra-later.js?")
    assert config == {"key": site.public_key, "siteName": site.name, "language": "en", "look": {}, "limit": 5000}
    assert isinstance(texts, dict) and texts["send"] == "Send"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies


@pytest.mark.parametrize(("asked", "spoken"), [("en", "en"), ("ru-RU", "ru"), ("de", "ru"), ("", "ru")])
def test_a_language_that_we_do_not_speak_becomes_the_site_s(
    client: Client, site: Site, asked: str, spoken: str
) -> None:
    response = client.get("/widget/frame/", {"key": site.public_key, "lang": asked})
    assert config_of(response.content.decode())["language"] == spoken


def test_the_frame_s_policy_lets_nothing_inline_run(client: Client, site: Site) -> None:
    response = client.get("/widget/frame/", {"key": site.public_key})
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";" and "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "X-Frame-Options" not in response


def test_only_the_site_s_own_hosts_may_frame_it(client: Client, site: Site) -> None:
    site.hosts = ["shop.example.com", "*.example.org", "bad; script-src *"]
    site.save()
    policy = client.get("/widget/frame/", {"key": site.public_key})["Content-Security-Policy"]
    assert "frame-ancestors http://shop.example.com:* http://*.example.org:* 'self'" in policy
    assert "bad" not in policy


@pytest.mark.parametrize("key", ["", "unknown", "a\0b", "x" * 300, "%s"])
def test_an_unknown_key_is_a_plain_page(client: Client, db: None, key: str) -> None:
    response = client.get("/widget/frame/", {"key": key, "lang": "en"})
    assert response.status_code == 404
    assert "There is no chat with this key." in response.content.decode()


def test_a_language_that_is_read_from_right_to_left_turns_the_frame(client: Client, site: Site, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("he", "Hebrew")]

    assert '<html lang="he" dir="rtl">' in client.get(f"/widget/frame/?key={site.public_key}&lang=he").content.decode()
    assert '<html lang="en" dir="ltr">' in client.get(f"/widget/frame/?key={site.public_key}&lang=en").content.decode()
