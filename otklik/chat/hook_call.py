"""One call of a webhook; it has an end in any case."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import httpx2
from django.utils import timezone
from django.utils.translation import gettext_noop

from otklik.lib import backoff, http
from otklik.lib.clocked import ClockedTransport, within
from otklik.lib.notes import note_of

SECONDS = 20.0
# Only the status counts; a short answer is read to its end, so that the connection serves again.
ANSWER_LIMIT = 64 * 1024


class Outcome(NamedTuple):
    is_sent: bool
    # The answer's status line; without an answer a note for people.
    answer: str
    wait: timedelta = timedelta()


def client() -> httpx2.Client:
    """A client whose calls by `post` end in time, whatever the other side does. Guarded: the owner of a site chooses
    the address, and anybody may own one."""
    return http.guarded_client(ClockedTransport())


def post(
    client: httpx2.Client, address: str, body: bytes, headers: dict[str, str], seconds: float = SECONDS
) -> Outcome:
    try:
        with within(seconds), client.stream("POST", address, content=body, headers=headers) as response:
            wait = backoff.retry_after(response.headers.get("Retry-After"), timezone.now())
            with suppress(httpx2.HTTPError):
                _read(response)
            return Outcome(response.is_success, f"{response.status_code} {response.reason_phrase}", wait)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Outcome(False, _note_of(error))


def _note_of(error: Exception) -> str:
    """A note (see otklik.lib.notes): what the person can do something about, before the library's own words."""
    if isinstance(error, http.AddressRefused):
        return gettext_noop("The address leads into a closed network.")
    if isinstance(error, httpx2.TimeoutException):
        return gettext_noop("The server does not answer in time.")
    if isinstance(error, httpx2.ConnectError):
        return note_of(gettext_noop("There is no connection with the server."), str(error)[:400])
    return note_of(gettext_noop("The call broke off."), f"{type(error).__name__}: {error}"[:400])


def _read(response: httpx2.Response) -> None:
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > ANSWER_LIMIT:
            return
