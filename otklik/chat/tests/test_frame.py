import gzip
import json
import re

import pytest
from django.test import Client

from otklik.chat.models import Site
from otklik.chat.views.frame import STATIC

KIB = 1024


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
    assert config == {"key": site.public_key, "siteName": site.name, "language": "en", "limit": 5000}
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
    assert "frame-ancestors http://shop.example.com:* http://*.example.org:*" in policy
    assert "bad" not in policy


@pytest.mark.parametrize("key", ["", "unknown", "a\0b", "x" * 300, "%s"])
def test_an_unknown_key_is_a_plain_page(client: Client, db: None, key: str) -> None:
    response = client.get("/widget/frame/", {"key": key, "lang": "en"})
    assert response.status_code == 404
    assert "There is no chat with this key." in response.content.decode()


def test_the_loader_is_checked_by_its_etag_and_packed(client: Client) -> None:
    plain = client.get("/chatra.js")
    packed = client.get("/chatra.js", headers={"accept-encoding": "gzip"})
    assert plain["Content-Type"].startswith("text/javascript")
    assert gzip.decompress(packed.content) == plain.content
    assert "max-age=600" in plain["Cache-Control"]
    again = client.get("/chatra.js", headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_loader_says_what_it_has_to_say_in_each_language(client: Client) -> None:
    text = client.get("/chatra.js").content.decode()
    texts = json.loads(text.split("const TEXTS = ", 1)[1].split(";\n", 1)[0])
    assert set(texts) == {"ru", "en"}
    assert texts["en"]["open"] == "Open the chat"


def test_the_widget_is_small(client: Client) -> None:
    loader = len(client.get("/chatra.js", headers={"accept-encoding": "gzip"}).content)
    template = (STATIC.parent.parent / "templates/chat/frame.html").read_text(encoding="utf-8")
    styles = re.findall(r"static 'chat/(\w+\.css)'", template)
    assert len(styles) == 3
    parts = [*(STATIC / name for name in styles), *(STATIC / "frame").glob("*.js")]
    rest = sum(len(gzip.compress(path.read_bytes(), 9)) for path in parts)
    assert loader <= 5 * KIB
    assert loader + rest <= 30 * KIB


def test_every_import_of_the_frame_can_be_given_a_hashed_name() -> None:
    for path in (STATIC / "frame").glob("*.js"):
        for line in re.findall(r"^import .*$", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert re.search(r"from '\./[a-z]+\.js';$", line), f"{path.name}: {line}"
