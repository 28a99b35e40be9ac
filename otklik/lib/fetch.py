"""Fetches a file from an address that a stranger chose: only from public hosts, only so much, only so long."""

from __future__ import annotations

import tempfile
from functools import cache
from typing import IO, Any
from urllib.parse import urljoin

import httpx2
from django.utils.translation import gettext_noop as _

from otklik.lib import http
from otklik.lib.clocked import ClockedTransport, within
from otklik.lib.links import clean_link

SECONDS = 60.0
MOST_REDIRECTS = 3
IN_MEMORY = 512 * 1024


class NotFetched(Exception):
    """args[0] is a sentence in English, marked by gettext_noop. `is_final`: the same address will not do better."""

    def __init__(self, sentence: str, *, is_final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.is_final = is_final


@cache
def _client() -> httpx2.Client:
    return http.guarded_client(ClockedTransport())


def fetch(address: str, *, limit: int, seconds: float = SECONDS) -> IO[bytes]:
    """The file behind an address, as a temporary file. Our own public address may be anywhere; every other must be
    public, and so must each one to which it leads. Raises NotFetched."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # handed to the caller
    try:
        with within(seconds):
            _follow(clean_link(address), file, limit)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        file.close()
        raise _told(error) from error
    except NotFetched:
        file.close()
        raise
    file.seek(0)
    return file


def _follow(address: str, file: IO[bytes], limit: int) -> None:
    for _turn in range(MOST_REDIRECTS + 1):
        if not address:
            raise NotFetched(_("Its address is not a web address."), is_final=True)
        # Without compression: what is announced as the size is the size.
        with _client().stream("GET", address, headers={"Accept-Encoding": "identity"}) as response:
            if not response.has_redirect_location:
                _read(response, file, limit)
                return
            address = _led_to(address, response.headers["Location"])
    raise NotFetched(_("Its address leads on and on."), is_final=True)


def _led_to(address: str, location: str) -> str:
    """Empty: nowhere that can be asked."""
    try:
        return clean_link(urljoin(address, location))
    except ValueError:
        return ""


def _read(response: httpx2.Response, file: IO[bytes], limit: int) -> None:
    status = response.status_code
    if not response.is_success:
        raise (
            NotFetched(_("It is not there any more."), is_final=True)
            if status in (404, 410)
            else NotFetched(_("Its server refuses to give it."))
        )
    too_large = NotFetched(_("It is larger than what is kept."), is_final=True)
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > limit:
            raise too_large
        file.write(chunk)
    if not size:
        raise NotFetched(_("It is empty."), is_final=True)


def _told(error: Any) -> NotFetched:
    if isinstance(error, http.AddressRefused):
        return NotFetched(_("Its address leads into a closed network."), is_final=True)
    return NotFetched(_("Its server does not answer."))
