"""HTTP requests of scenarios: what may be asked for, and one call with its answer (§11.4; guarded like every address
that somebody else may have had a hand in)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.utils.translation import gettext as _

from otklik.desk import variables
from otklik.desk.scenarios.headers import Headers
from otklik.lib import http
from otklik.lib.clocked import ClockedTransport, within

# A call ends after so many seconds, and of an answer so many bytes are read and kept.
SECONDS = 15.0
MOST_READ, KEPT = 65536, 2000


class NotAnswered(Exception):
    """args[0] are words for the log; `is_final`: the same request will not do better."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.is_final = is_final


def is_json(text: str) -> bool:
    """Whether a body is meant as JSON; a variable at its beginning is not."""
    start = text.lstrip()
    return start.startswith("[") or (start.startswith("{") and not start.startswith("{{"))


def filled_json(text: str, scene: variables.Scene) -> str:
    """Values stand in the strings as text, whatever quotes they hold. A body that is JSON only when it is filled in
    has its values put in as they are."""
    try:
        return json.dumps(_filled(json.loads(text), scene), ensure_ascii=False)
    except ValueError:
        return variables.filled(text, scene)


def _filled(value: Any, scene: variables.Scene) -> Any:
    if isinstance(value, str):
        return variables.filled(value, scene)
    if isinstance(value, list):
        return [_filled(one, scene) for one in value]
    if isinstance(value, dict):
        return {variables.filled(key, scene): _filled(one, scene) for key, one in value.items()}
    return value


def address_fault(address: str) -> str | None:
    """A sentence, unless a request may go there. The host is fixed: a client's words must not choose it."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return _("This is not a web address.")
    if parts.scheme not in ("http", "https") or not host or any(sign.isspace() for sign in address.split("{{")[0]):
        return _("Write an address that begins with https:// or http://.")
    if "{" in parts.netloc or "}" in parts.netloc:
        return _("No variable may stand in the name of the host.")
    return None


def target_fault(address: str) -> str | None:
    """As `address_fault`, and what the sending would refuse: asks for the host's addresses, so only before it is
    stored."""
    if fault := address_fault(address):
        return fault
    parts = urlsplit(address)
    try:
        (parts.hostname or "").encode("idna")
        if http.leads_inside(f"{parts.scheme}://{parts.netloc}"):
            return _("This address leads into a private network. The operator can allow it: OTKLIK_INTERNAL_HOSTS.")
    except (UnicodeError, httpx2.InvalidURL):
        return _("This is not a web address.")
    return None


def body_fault(text: str) -> str | None:
    if not is_json(text) or "{{" in text:
        return None
    try:
        json.loads(text)
    except ValueError as error:
        return _("This is not JSON: %(error)s") % {"error": error}
    return None


def call(method: str, address: str, body: str, key: str, further: Headers) -> tuple[int, str]:
    """(status, what was read of the answer). Redirects are not followed. `key` is the same at each attempt;
    `further` headers go instead of ours of the same name. Raises NotAnswered."""
    ours = [("Idempotency-Key", key)]
    if body and method != "GET":
        ours.append(("Content-Type", "application/json" if is_json(body) else "text/plain; charset=utf-8"))
    # Of one name the last; a value may hold what ASCII does not know.
    headers = list({name.lower(): (name.encode(), value.encode()) for name, value in [*ours, *further]}.values())
    content = body.encode() if body and method != "GET" else None
    try:
        with within(SECONDS), _client().stream(method, address, headers=headers, content=content) as response:
            return response.status_code, _read(response)
    except http.AddressRefused as error:
        raise NotAnswered(str(error), is_final=True) from error
    except httpx2.InvalidURL as error:
        raise NotAnswered(f"Not an address: {error}", is_final=True) from error
    except httpx2.HTTPError as error:
        raise NotAnswered(f"{type(error).__name__}: {error}") from error


def _read(response: httpx2.Response) -> str:
    found = b""
    for chunk in response.iter_bytes():
        found += chunk
        # Whatever comes after that is not waited for: an answer may be endless.
        if len(found) >= MOST_READ:
            break
    # PostgreSQL keeps no zero bytes.
    return found.decode(response.charset_encoding or "utf-8", errors="replace").replace("\0", "")


@cache
def _client() -> httpx2.Client:
    return http.guarded_client(ClockedTransport())
