"""One call of a webhook; it has an end in any case."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import httpx2
from django.utils import timezone

from otklik.lib import backoff, http
from otklik.lib.clocked import ClockedTransport, within

SECONDS = 20.0
# Only the status counts; a short answer is read to its end, so that the connection serves again.
ANSWER_LIMIT = 64 * 1024


class Outcome(NamedTuple):
    is_sent: bool
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
        return Outcome(False, f"{type(error).__name__}: {error}"[:500])


def _read(response: httpx2.Response) -> None:
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > ANSWER_LIMIT:
            return
