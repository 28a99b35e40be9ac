"""Who has not signed in, or is somebody else, finds every door of the desk and of the chat's administration closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx2
import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from otklik.tests.caller import signed_in, token
from otklik.tests.load import webhook
from otklik.tests.product import Product

# What anybody may open, and what it answers without more.
PUBLIC = {
    "/healthz": 200,
    # An invitation that is none is no door.
    "/join/x/": 410,
    "/invitation/x/": 410,
    "/chatra.js": 200,
    "/chatra-rest.js": 200,
    "/chatra-later.js": 200,
    "/chatra-frame.js": 200,
    "/chatra-frame.css": 200,
    "/widget/frame/": 404,
    "/accounts/login/": 200,
    "/accounts/signup/": 200,
    "/accounts/password/reset/": 200,
    "/accounts/password/reset/done/": 200,
    "/accounts/password/reset/key/done/": 200,
    "/accounts/inactive/": 200,
    "/accounts/confirm-email/": 200,
    # What is not known there says that the link is used up.
    "/accounts/confirm-email/x/": 200,
    "/accounts/password/reset/key/x-x/": 200,
    "/language/": 302,
    # The page for what the front server refused.
    "/too-large/": 413,
    "/push-worker.js": 200,
    "/api/openapi.json": 200,
    "/api/docs/": 200,
    # An address of a file that was never given is one that has run out.
    "/files/x/x": 410,
    # Nobody known is asking for a consent, and nothing that is exchanged is one.
    "/consent/": 400,
    "/api/consent/token/": 405,
    "/api/consent/revocation/": 405,
}
FILLED = {"int": "1", "str": "x", "slug": "x", "path": "x"}


def addresses() -> list[str]:
    """Every address of both sides, with something in place of its parameters."""
    found = set[str]()
    for urlconf in (settings.ROOT_URLCONF, settings.CHAT_URLCONF):
        found |= set(_below(get_resolver(urlconf), "/"))
    return sorted(found)


def _below(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + _filled(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _below(pattern, path)


def _filled(route: str) -> str:
    route = re.sub(r"(?<!\?P)<(?:(\w+):)?\w+>", lambda found: FILLED.get(found[1] or "str", "x"), route)
    # Regular expressions, ours and of other apps, and "anything else" of the API.
    route = re.sub(r"\(\?P<\w+>([^)]*)\)", lambda found: _matching(found[1]), route).replace("^.*$", "x")
    return re.sub(r"[\^$\\]", "", route)


def _matching(expression: str) -> str:
    first, bar, _rest = expression.partition("|")
    return first if bar else "1" if r"\d" in expression or "[0-9]" in expression else "x"


def sides(path: str) -> str:
    return path.removeprefix("/chat") if path.startswith("/chat/") else path


@pytest.fixture
def task(stranger: httpx2.Client, product: Product) -> int:
    """A conversation that belongs to Pavel and Alice."""
    assert stranger.post(product.facts["hook_url"], content=webhook("strangers", 0)).status_code == 200
    [(number,)] = product.run(
        "SELECT t.number FROM desk_task t JOIN desk_comment c ON c.task_id = t.id WHERE c.text = %s", "strangers says 0"
    )
    return int(number)


def test_who_has_not_signed_in_sees_nothing(stranger: httpx2.Client) -> None:
    opened = {path: stranger.get(path) for path in addresses()}

    unexpected = {
        path: answer.status_code
        for path, answer in opened.items()
        if answer.status_code != PUBLIC.get(sides(path)) and not is_closed(answer)
    }
    assert len(opened) > 60
    assert unexpected == {}


def is_closed(answer: httpx2.Response) -> bool:
    if answer.status_code == 302:
        return bool(re.match(r"(/chat)?/accounts/login/", answer.headers["Location"]))
    return answer.status_code in (401, 403, 404, 405)


def test_who_has_not_signed_in_changes_nothing(stranger: httpx2.Client) -> None:
    stranger.get("/accounts/login/")
    form = token(stranger)
    for path in addresses():
        if sides(path) in PUBLIC or path.endswith("/language/"):
            continue
        assert stranger.post(path).status_code in (401, 403, 404, 405), path
        assert is_closed(stranger.post(path, data=form)), path


def test_a_task_of_others_is_not_there(product: Product, task: int) -> None:
    with signed_in(product, "pavel") as pavel, signed_in(product, "boris") as boris:
        assert pavel.get(f"/tasks/{task}/").status_code == 200
        form = token(boris)
        for part in ("", "feed/", "earlier/", "reading/"):
            assert boris.get(f"/tasks/{task}/{part}").status_code == 404, part
        for part in ("comments/", "comments/1/sending/", "status/", "acceptance/", "rejection/", "reading/"):
            sent = form | {"kind": "note", "text": "I was here", "status": "1", "reason": "No"}
            assert boris.post(f"/tasks/{task}/{part}", data=sent).status_code == 404, part
        assert "strangers" not in boris.get("/").text
        assert "strangers" not in boris.get("/tasks/?show=all").text
    assert product.run("SELECT count(*) FROM desk_comment WHERE text = 'I was here'") == [(0,)]


def test_integrations_are_the_administrators_affair(product: Product) -> None:
    [(pk,)] = product.run("SELECT id FROM integrations_connection")
    with signed_in(product, "pavel") as pavel:
        form = token(pavel)
        for path in ("/integrations/", f"/integrations/{pk}/", f"/integrations/{pk}/news/"):
            assert pavel.get(path).status_code == 404, path
        assert pavel.post(f"/integrations/{pk}/switch/", data=form | {"on": "no"}).status_code == 404
    assert product.run("SELECT is_on FROM integrations_connection") == [(True,)]


def test_the_chat_shows_a_site_to_its_members_only(product: Product) -> None:
    site = f"/chat/sites/{product.facts['site_key']}/"
    with signed_in(product, "olga", "/chat") as olga, signed_in(product, "pavel", "/chat") as pavel:
        assert olga.get(site).status_code == 200
        for path in (site, site + "secret/", site + "conversations/"):
            assert pavel.get(path).status_code == 404, path
        # Two products under one roof: who is signed in to one is a stranger to the other.
        assert olga.get("/").status_code == 302


def test_every_page_has_a_strict_policy(stranger: httpx2.Client, product: Product, task: int) -> None:
    pages = {path: stranger.get(path) for path in addresses()}
    with signed_in(product, "olga") as olga, signed_in(product, "olga", "/chat") as chat:
        real = [f"/tasks/{task}/", "/tasks/?show=all", "/contacts/1/", "/contacts/1/data/?edit", "/integrations/1/"]
        pages |= {path: (chat if path.startswith("/chat/") else olga).get(path) for path in [*addresses(), *real]}
        pages |= {path: chat.get(path) for path in (f"/chat/sites/{product.facts['site_key']}/",)}
    documents = {path: one for path, one in pages.items() if "text/html" in one.headers.get("Content-Type", "")}

    assert len(documents) > 25
    for path, one in documents.items():
        policy = one.headers["Content-Security-Policy"]
        assert re.search(r"default-src '(self|none)'", policy), path
        assert "unsafe" not in policy, path
        assert inline_of(one.text) == [], path
        assert one.headers["X-Content-Type-Options"] == "nosniff"


def inline_of(page: str) -> list[str]:
    """What in a page would need a looser policy."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names = dict(attrs)
            if tag == "style" or (tag == "script" and "src" not in names and names.get("type") != "application/json"):
                found.append(tag)
            found.extend(f"{tag} {name}" for name in names if name == "style" or name.startswith("on"))

    Reader().feed(page)
    return found
