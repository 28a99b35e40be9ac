"""Through which servers a site's mail goes out and comes in: its own, else those of the installation."""

from __future__ import annotations

from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings

from otklik.chat.models import MailSettings, Site
from otklik.lib.sealing import unseal


class Server(NamedTuple):
    host: str
    port: int
    # starttls, tls or none.
    security: str
    user: str
    password: str
    # The operator named it, not the owner of a site.
    is_trusted: bool

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}:{self.port}"


class Sender(NamedTuple):
    server: Server
    name: str
    address: str
    has_plus: bool


def settings_of(site: Site) -> MailSettings:
    return MailSettings.objects.filter(site=site).first() or MailSettings(site=site)


def sender_of(site: Site) -> Sender | None:
    """None: this site has no mail."""
    own = settings_of(site)
    name = own.sender_name or site.name
    if own.smtp_host and own.sender_address:
        password = unseal(own.smtp_password)
        server = Server(own.smtp_host, own.smtp_port, own.smtp_security, own.smtp_user, password, is_trusted=False)
        return Sender(server, name, own.sender_address, own.has_plus)
    if not settings.EMAIL_HOST:
        return None
    security = "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
    user, password = settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD
    server = Server(settings.EMAIL_HOST, settings.EMAIL_PORT, security, user, password, is_trusted=True)
    return Sender(server, name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.MAIL_HAS_PLUS)


def answers_visitors(site: Site) -> bool:
    """Whether an answer that is not read goes out by mail to a visitor who left his address."""
    return settings_of(site).to_visitors != MailSettings.ToVisitors.NOTHING and sender_of(site) is not None


def mailbox_of(site: Site) -> Server | None:
    """A mailbox of the site's own."""
    own = settings_of(site)
    if not own.imap_host:
        return None
    password = unseal(own.imap_password)
    return Server(own.imap_host, own.imap_port, own.imap_security, own.imap_user, password, is_trusted=False)


def mailbox_of_installation() -> Server | None:
    return Server(*settings.IMAP, is_trusted=True) if settings.IMAP else None
