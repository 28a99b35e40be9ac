"""The demo shop: a website of somebody else, on another origin, that carries the chat's snippet like any other.

A plain ASGI application over the files in `pages/`. The chat's address and key are read from demo.json with each
request, because the shop may be up before they are known."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from otklik.config import env
from otklik.lib.asgi import Receive, Scope, Send

PAGES = Path(__file__).parent / "pages"
LANGUAGES = ("ru", "en")
ARTICLES = ("home", "catalogue", "delivery", "contacts")
FILES = {"/style.css": ("style.css", "text/css"), "/favicon.svg": ("art/mark.svg", "image/svg+xml")}
Answer = tuple[int, dict[str, str], str]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _respond(scope, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _respond(scope: Scope, send: Send) -> None:
    status, headers, text = _answer(scope["method"], scope["path"], scope["query_string"].decode("latin-1"))
    body = text.encode()
    fields = headers | {"content-length": str(len(body)), "x-content-type-options": "nosniff"}
    lines = [(name.encode(), value.encode()) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _answer(method: str, path: str, query: str) -> Answer:
    if method not in {"GET", "HEAD"}:
        return 405, {"content-type": "text/plain", "allow": "GET, HEAD"}, "Only GET and HEAD."
    if path in FILES:
        name, kind = FILES[path]
        return 200, {"content-type": f"{kind}; charset=utf-8", "cache-control": "max-age=300"}, _file(name)
    language = "en" if f"{path}/".startswith("/en/") or "en" in parse_qs(query).get("lang", []) else "ru"
    name = path.removeprefix("/en").strip("/") or "home"
    page = _page(name, language)
    if page is None:
        return _document(404, language, "", words(language)["missing"], _file(f"{language}/missing.html"))
    title, content = page
    return _document(200, language, "" if name == "home" else f"{name}/", title, content)


def _page(name: str, language: str) -> tuple[str, str] | None:
    """Title and content, or nothing when there is no such page."""
    if name in ARTICLES:
        return words(language)["titles"][name], _file(f"{language}/{name}.html")
    product = words(language)["products"].get(name)
    if product is None:
        return None
    facts = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for what, value in product["facts"])
    story = "".join(f"<p>{escape(part)}</p>" for part in product["story"])
    values = _escaped(product) | {"art": _file(f"art/{name}.svg"), "facts": facts, "story": story}
    return product["name"], Template(_file("product.html")).safe_substitute(values)


def _document(status: int, language: str, path: str, title: str, content: str) -> Answer:
    origin, snippet = _snippet()
    prefix = "" if language == "ru" else "/en"
    values = _escaped(words(language)["layout"]) | {"language": language, "title": escape(title), "home": f"{prefix}/"}
    values |= {"ru_link": f"/{path}", "en_link": f"/en/{path}", "snippet": snippet, "prefix": prefix}
    values |= {f"art_{name}": _file(f"art/{name}.svg") for name in ("mark", "hero", *words(language)["products"])}
    values["cards"] = "".join(_card(slug, language, prefix) for slug in words(language)["products"])
    values["content"] = Template(content).safe_substitute(values)
    # What a site with a strict policy has to allow for the chat: its origin for the script and for the frame.
    policy = f"default-src 'self'; script-src {origin}; frame-src 'self' {origin}; base-uri 'none'"
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
    return status, headers | {"cache-control": "no-store"}, Template(_file("layout.html")).safe_substitute(values)


def _card(slug: str, language: str, prefix: str) -> str:
    values = _escaped(words(language)["products"][slug])
    values |= {"link": f"{prefix}/{slug}/", "art": _file(f"art/{slug}.svg")}
    return Template(_file("card.html")).safe_substitute(values)


def _snippet() -> tuple[str, str]:
    """Where the chat lives, and the code that its customers put into their pages; nothing before the demo is ready."""
    try:
        demo = json.loads((env.data_dir() / "demo.json").read_text(encoding="utf-8"))
        address, key = urlsplit(demo["desk_url"]), str(demo["site_key"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""
    origin = f"{address.scheme}://{address.netloc}"
    script = escape(f"{origin}/chatra.js?key={quote(key, safe='')}")
    return origin, Template(_file("snippet.html")).safe_substitute(script=script)


def _escaped(values: dict[str, Any]) -> dict[str, str]:
    return {name: escape(value) for name, value in values.items() if isinstance(value, str)}


def words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_file(f"{language}/words.json"))
    return found


@cache
def _file(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")
