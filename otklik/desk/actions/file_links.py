"""Addresses under which files are handed out: signed, for a while, and for whoever has them. No cookie is asked for
there, and with a FILES_URL none is sent, so nothing that a file might do is done in somebody's name."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core import signing

from otklik.desk.models import File

# Made anew for each click of somebody who may see the task.
FOR_EMPLOYEES = 60
# What a channel does not take as a file its client gets as a link.
FOR_CLIENTS = 30 * 24 * 3600
SALT = "otklik.desk.file"


class Ticket(NamedTuple):
    key: str
    is_preview: bool
    is_for_client: bool

    @property
    def seconds(self) -> int:
        return FOR_CLIENTS if self.is_for_client else FOR_EMPLOYEES


def address(file: File, *, is_preview: bool = False) -> str:
    """For an employee who may see it: on the host that he is on, or on that of the files."""
    host = "" if settings.FILES_URL == settings.PUBLIC_URL else settings.FILES_URL
    return host + _path(file, is_preview=is_preview)


def _path(file: File, *, is_preview: bool = False, is_for_client: bool = False) -> str:
    kind = ("p" if is_preview else "f") + ("c" if is_for_client else "e")
    token = signing.TimestampSigner(salt=SALT).sign(f"{kind}{file.key}")
    return f"/files/{token}/{quote(_short(file.name) if is_for_client else file.name, safe='')}"


def _short(name: str) -> str:
    """A letter of another alphabet takes six characters in an address, and the client's message has room for few."""
    _stem, dot, ending = name.rpartition(".")
    return f"file.{ending}" if dot and ending.isascii() and len(ending) < 10 else "file"


def link(file: File) -> str:
    """For a client, wherever he is."""
    return settings.FILES_URL + _path(file, is_for_client=True)


def read(token: str) -> Ticket | None:
    """None: forged, or too old."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        said = signer.unsign(token)
        ticket = Ticket(said[2:], said[0] == "p", said[1] == "c")
        signer.unsign(token, max_age=ticket.seconds)
    except (signing.BadSignature, IndexError):
        return None
    return ticket
