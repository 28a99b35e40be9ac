"""Calls to Chatra's REST API, the cloud's or our own chat's; their errors become ours (contracts/chatra.md §1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx2
from django.conf import settings as django_settings
from django.utils.translation import gettext_noop as _

from otklik.integrations.errors import AccessLost, Missing, Refused, Unreachable
from otklik.lib import backoff, http

# By which our own messages are known when they come back.
OUR_NAME = "otklik"
NOBODY = "otklik-asks-whether-its-keys-are-good"


def cloud() -> str:
    """Where the cloud's API is."""
    return str(django_settings.CHATRA_CLOUD)


@cache
def shared_client() -> httpx2.Client:
    return http.client()


# Name, content, media type.
File = tuple[str, bytes, str]


def post_message(
    settings: dict[str, Any],
    *,
    key: str,
    message: dict[str, str],
    files: Sequence[File] = (),
    client: httpx2.Client | None = None,
) -> str:
    """Sends a message to a visitor and returns its id. `settings`: base_url, public_key, secret_key. With files it is a
    form: its `file` parts are one of our additions.

    Raises Unreachable, Refused, AccessLost."""
    answer = _call(settings, "POST", "/messages/", message, {"Idempotency-Key": key}, client, files)
    remote_id = answer.get("id")
    if not isinstance(remote_id, str | int):
        # It said 200, so it has the message; only the echo can tell under which id.
        raise Unreachable(_("Chatra took the message, but its answer has no id."), maybe_sent=True)
    return str(remote_id)


def put_message(settings: dict[str, Any], remote_id: str, text: str, client: httpx2.Client | None = None) -> None:
    """Gives a message of ours another text."""
    _call(settings, "PUT", f"/messages/{quote(remote_id, safe='')}", {"text": text}, {}, client)


def delete_message(settings: dict[str, Any], remote_id: str, client: httpx2.Client | None = None) -> None:
    """Takes a message of ours away from the visitor."""
    _call(settings, "DELETE", f"/messages/{quote(remote_id, safe='')}", None, {}, client)


def delete_mail(settings: dict[str, Any], remote_id: str, client: httpx2.Client | None = None) -> None:
    """Keeps our own chat from sending a message by mail; the cloud has no such call."""
    _call(settings, "DELETE", f"/messages/{quote(remote_id, safe='')}/mail", None, {}, client)


def post_typing(
    settings: dict[str, Any], client_id: str, *, name: str, email: str, client: httpx2.Client | None = None
) -> None:
    """Shows a visitor of our own chat that this user is writing; the cloud has no such call."""
    _call(
        settings,
        "POST",
        f"/clients/{quote(client_id, safe='')}/typing",
        {"agentEmail": email, "agentName": name},
        {},
        client,
    )


def post_read(settings: dict[str, Any], client_id: str, remote_id: str, client: httpx2.Client | None = None) -> None:
    """Shows a visitor of our own chat that his messages are read up to this one; the cloud has no such call."""
    path = f"/messages/{quote(remote_id, safe='')}/read?clientId={quote(client_id, safe='')}"
    _call(settings, "POST", path, {}, {}, client)


def put_hook(settings: dict[str, Any], *, address: str, events: list[str], client: httpx2.Client | None = None) -> None:
    """Tells our own chat where its webhooks go; the cloud has no such call."""
    _call(settings, "PUT", "/hooks/", {"address": address, "events": events}, {}, client)


def get_client(settings: dict[str, Any], client_id: str, client: httpx2.Client | None = None) -> dict[str, Any]:
    """What the remote knows of a visitor."""
    return _call(settings, "GET", f"/clients/{quote(client_id, safe='')}", None, {}, client)


def try_keys(settings: dict[str, Any], client: httpx2.Client | None = None) -> None:
    """Asks for a visitor that nobody is: whoever is told so has good keys and an API. Changes nothing."""
    try:
        get_client(settings, NOBODY, client)
    except Refused:
        # It looked for him: these keys are good.
        return


def get_agents(settings: dict[str, Any], client: httpx2.Client | None = None) -> list[dict[str, Any]]:
    """The agents of our own chat; the cloud has no such call."""
    found = _call(settings, "GET", "/agents/", None, {}, client).get("agents")
    return [agent for agent in found if isinstance(agent, dict)] if isinstance(found, list) else []


def post_agent(
    settings: dict[str, Any], *, email: str, name: str, avatar: str | None, client: httpx2.Client | None = None
) -> dict[str, Any]:
    """The agent of our own chat with this e-mail, made if need be; the cloud has no such call. `avatar` None: his
    picture stays."""
    body = {"email": email, "name": name} | ({} if avatar is None else {"avatar": avatar})
    return _call(settings, "POST", "/agents/", body, {}, client)


def _call(
    settings: dict[str, Any],
    method: str,
    path: str,
    body: Any,
    headers: dict[str, str],
    client: httpx2.Client | None,
    files: Sequence[File] = (),
) -> dict[str, Any]:
    keys = f"Chatra.Simple {settings.get('public_key', '')}:{settings.get('secret_key', '')}"
    try:
        answer = (client or shared_client()).request(
            method,
            str(settings.get("base_url") or cloud()).rstrip("/") + path,
            **({"data": body, "files": [("file", file) for file in files]} if files else {"json": body}),
            headers={"Authorization": keys, "Accept": "application/json", **headers},
        )
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        raise Unreachable(_("Chatra cannot be reached.")) from error
    except httpx2.HTTPError as error:
        raise Unreachable(_("Chatra did not answer."), maybe_sent=True) from error
    _check(answer)
    try:
        content = answer.json()
    except ValueError as error:
        raise Unreachable(_("Chatra's answer is not JSON."), maybe_sent=True) from error
    return content if isinstance(content, dict) else {}


def _check(answer: httpx2.Response) -> None:
    """Anything but success becomes the error that says what to do."""
    status = answer.status_code
    if status == 401:
        raise AccessLost(_("Chatra refused the keys. Enter the account's present keys."))
    if status in (402, 403):
        raise AccessLost(_("This Chatra account has no API access. It needs a paid plan."))
    if status == 429 or status >= 500:
        wait = backoff.retry_after(answer.headers.get("Retry-After"), datetime.now(UTC)).total_seconds()
        # Only a plain "not now" says that nothing was done; other errors may come after the message has arrived.
        raise Unreachable(
            _("Chatra cannot take it for now."),
            f"HTTP {status}",
            maybe_sent=status not in (429, 503),
            retry_after=wait or None,
        )
    if not answer.is_success:
        kind = Missing if status == 404 else Refused
        raise kind(_("Chatra refused the message."), f"HTTP {status}: {_reason(answer)}")


def _reason(answer: httpx2.Response) -> str:
    try:
        error = answer.json().get("error", "")
    except (ValueError, AttributeError):
        return answer.text[:200]
    return str(error.get("message", error) if isinstance(error, dict) else error)[:200]
