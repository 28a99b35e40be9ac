"""Reads a mailbox and leaves it as it is: which mails are taken in already we remember by their UIDs."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from otklik.chat.mail.accounts import Server
from otklik.lib.dialing import dial

SECONDS = 20.0
LARGEST = 30 * 1024 * 1024
AT_ONCE = 200


class Arrived(NamedTuple):
    uid: int
    # None: it is larger than what is read.
    raw: bytes | None


class _Guarded(imaplib.IMAP4):
    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = dial(self.host, self.port, timeout or SECONDS, is_trusted=self._server.is_trusted)
        if self._server.security != "tls":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


class OpenMailbox:
    def __init__(self, client: imaplib.IMAP4) -> None:
        self._client = client
        client.select("INBOX", readonly=True)
        self.uid_validity = self._number("UIDVALIDITY")
        self.next_uid = self._number("UIDNEXT")

    def _number(self, name: str) -> int:
        said = self._client.response(name)[1]
        return int(said[0]) if said and said[0] else 0

    def after(self, uid: int) -> list[int]:
        """UIDs of newer mails, oldest first."""
        _ok, said = self._client.uid("SEARCH", "UID", f"{uid + 1}:*")
        # The star names the last mail even when it is older.
        return sorted(found for found in map(int, (said[0] or b"").split()) if found > uid)[:AT_ONCE]

    def fetch(self, uid: int) -> Arrived | None:
        """None: it is gone."""
        _ok, said = self._client.uid("FETCH", str(uid), "(RFC822.SIZE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(part for part in said if isinstance(part, bytes)))
        if size is None:
            return None
        if int(size[1]) > LARGEST:
            return Arrived(uid, None)
        _ok, said = self._client.uid("FETCH", str(uid), "(BODY.PEEK[])")
        raw = next((part[1] for part in said if isinstance(part, tuple)), None)
        return None if raw is None else Arrived(uid, raw)


@contextmanager
def opened(server: Server) -> Iterator[OpenMailbox]:
    """Raises OSError and imaplib.IMAP4.error."""
    client = _Guarded(server)
    try:
        if server.security == "starttls":
            client.starttls(ssl.create_default_context())
        client.login(server.user, server.password)
        yield OpenMailbox(client)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()
