"""Gives a mail to a server. What the server says is told in its own words, with the likely cause beside them."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage

from django.utils.translation import gettext as _

from otklik.chat.mail.accounts import Server
from otklik.lib.dialing import AddressClosed, dial

SECONDS = 15.0


class NotSent(Exception):
    """`words` are the server's own, `cause` is a sentence; `is_final`: the same mail will not do better."""

    def __init__(self, words: str, cause: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.words = words[:500]
        self.cause = cause
        self.is_final = is_final


def send(server: Server, mail: EmailMessage, envelope_from: str, to: str) -> str:
    """The server's words when it has taken it. Raises NotSent."""
    try:
        return _send(server, mail, envelope_from, to)
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        raise _told(error) from error


def _send(server: Server, mail: EmailMessage, envelope_from: str, to: str) -> str:
    with _client(server) as smtp:
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
        code, words = smtp.mail(envelope_from)
        if code != 250:
            raise smtplib.SMTPResponseException(code, words)
        code, words = smtp.rcpt(to)
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, words)
        code, words = smtp.data(mail.as_bytes())
        if code != 250:
            raise smtplib.SMTPDataError(code, words)
        return f"{code} {words.decode(errors='replace')}"


def _client(server: Server) -> smtplib.SMTP:
    kind = _GuardedTls if server.security == "tls" else _Guarded
    return kind(server)


class _Guarded(smtplib.SMTP):
    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return dial(host, port, timeout, is_trusted=self._server.is_trusted)


class _GuardedTls(_Guarded):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _told(error: Exception) -> NotSent:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent(_words(error), _("The server does not take this user and password."))
    if isinstance(error, smtplib.SMTPResponseException):
        is_final = 500 <= error.smtp_code < 600
        sentence = _("The server refuses this sender or this recipient.") if is_final else _("The server is busy.")
        return NotSent(_words(error), sentence, is_final=is_final)
    return NotSent(f"{type(error).__name__}: {error}", cause_of(error))


def _words(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


def cause_of(error: Exception) -> str:
    """What a failed connection most likely means."""
    if isinstance(error, AddressClosed):
        return _("The server's address leads into a closed network. The operator can allow it.")
    if isinstance(error, socket.gaierror):
        return _("There is no server with this name. Check the spelling.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The server's certificate is not valid for this name.")
    if isinstance(error, ssl.SSLError):
        return _("The kind of protection does not fit the port: TLS is usual on 465 and 993, STARTTLS on 587 and 143.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("The server does not offer STARTTLS, or no sign-in. Choose another protection.")
    if isinstance(error, TimeoutError):
        return _("The server does not answer. Check the port and the protection.")
    if isinstance(error, ConnectionRefusedError):
        return _("Nothing listens on this port of the server.")
    return _("The connection to the server broke off.")
