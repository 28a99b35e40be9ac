"""Real mail servers on loopback: what is sent by SMTP lies in the mailbox of whoever it is for, and is read by IMAP."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _Taking:
    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refusal = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 Taken by the post office"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class PostOffice:
    USER, PASSWORD = "shop", "letters"

    def __init__(self) -> None:
        self._taking = _Taking()
        self.smtp_port, self.imap_port = free_port(), free_port()
        self._smtp = Controller(self._taking, hostname="127.0.0.1", port=self.smtp_port)
        self._smtp.start()
        program = str(Path(sys.executable).with_name("pymap"))
        where = ["--no-tls", "--host", "127.0.0.1", "--port", str(self.imap_port)]
        who = ["--demo-user", self.USER, "--demo-password", self.PASSWORD]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._imap = subprocess.Popen([program, *where, "dict", "--demo-data", *who], **quiet)  # type: ignore[call-overload]
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.imap_port), 1):
                return
        raise AssertionError("the IMAP server did not start")

    @property
    def taken(self) -> list[EmailMessage]:
        return self._taking.taken

    def refuse(self, words: str) -> None:
        self._taking.refusal = words

    def put(self, raw: bytes) -> None:
        """A mail arrives in the mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as client:
            client.login(self.USER, self.PASSWORD)
            assert client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)[0] == "OK"

    def close(self) -> None:
        self._smtp.stop()
        self._imap.terminate()
        self._imap.wait(10)
