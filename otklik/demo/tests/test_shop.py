import asyncio
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from otklik.demo.shop import application
from otklik.lib.asgi import Message

KEY = "KEY</script>"


def get(path: str, method: str = "GET", query: str = "") -> tuple[int, dict[str, str], str]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    asyncio.run(application(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"].decode()


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OTKLIK_DATA", str(tmp_path))
    return tmp_path / "demo.json"


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "src"} and value]


def test_every_link_of_every_page_leads_somewhere(demo: Path) -> None:
    seen, waiting = set[str](), ["/"]
    while waiting:
        path = waiting.pop()
        status, _headers, body = get(path)
        assert status == 200, path
        assert "$" not in body, path
        seen.add(path)
        links = Links()
        links.feed(body)
        waiting += [link for link in set(links.found) - seen - set(waiting) if link.startswith("/")]
    assert {"/lantern/", "/en/speaker/", "/en/delivery/", "/contacts/", "/catalogue/"} <= seen


def test_the_chat_stands_on_the_page_as_soon_as_its_key_is_known(demo: Path) -> None:
    assert "chatra.js" not in get("/")[2]
    demo.write_text(json.dumps({"desk_url": "http://127.0.0.1:8000/", "site_key": KEY}), encoding="utf-8")
    _status, headers, body = get("/")
    # The key is text, whatever is in it.
    assert '<script async src="http://127.0.0.1:8000/chatra.js?key=KEY%3C%2Fscript%3E"></script>' in body
    assert "script-src http://127.0.0.1:8000;" in headers["content-security-policy"]
    assert "frame-src 'self' http://127.0.0.1:8000" in headers["content-security-policy"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"desk_url": "http://127.0.0.1"}'])
def test_a_half_written_file_leaves_a_shop_without_a_chat(demo: Path, text: str) -> None:
    demo.write_text(text, encoding="utf-8")
    status, _headers, body = get("/")
    assert status == 200 and "chatra.js" not in body


def test_the_shop_speaks_two_languages(demo: Path) -> None:
    assert '<html lang="ru">' in get("/")[2]
    for english in (get("/en/"), get("/en"), get("/", query="lang=en")):
        assert '<html lang="en">' in english[2]


def test_what_is_not_there(demo: Path) -> None:
    assert get("/nothing/")[0] == 404
    assert get("/../shop.py")[0] == 404
    assert get("/", method="POST")[0] == 405
    status, headers, body = get("/", method="HEAD")
    assert (status, body) == (200, "") and int(headers["content-length"]) > 1000
