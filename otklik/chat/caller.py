"""Who calls by the widget's protocol, and in which language he is answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.chat import wire
from otklik.chat.actions import visitors
from otklik.chat.actions.visitors import Arrival
from otklik.chat.errors import Blocked, Unauthorized
from otklik.chat.models import Site, Visitor
from otklik.lib.text import clean_name


@dataclass(frozen=True)
class Caller:
    """Who calls: a site's page, and the visitor if he has written before."""

    site: Site
    # sha256 of the visitor's secret.
    secret_hash: bytes | None
    language: str
    ip: str | None
    user_agent: str

    def arrival(self, client_id: str = "") -> Arrival:
        if self.secret_hash is None:
            raise Unauthorized(_("A visitor's secret is needed."))
        return Arrival(
            site_id=self.site.pk,
            site_language=self.site.language,
            secret_hash=self.secret_hash,
            client_id=client_id,
            language=self.language,
            ip=self.ip,
            user_agent=clean_name(self.user_agent, 1000),
        )

    def visitor(self) -> Visitor | None:
        return visitors.find(self.site.pk, self.secret_hash) if self.secret_hash else None

    def known_visitor(self) -> Visitor:
        # One answer for no secret and for a wrong one: it tells nothing about who exists.
        visitor = self.visitor()
        if visitor is None:
            raise Unauthorized(_("This visitor is not known."))
        if visitor.conversation.blocked_at is not None:
            raise Blocked
        return visitor


def language_of(call: wire.Call, site: Site | None = None) -> str:
    """The visitor's language if we have it, else the site's, else English."""
    known = dict(settings.LANGUAGES)
    wanted = (call.language or "").lower().replace("_", "-").partition("-")[0]
    if wanted in known:
        return wanted
    return "en" if wanted or site is None or site.language not in known else site.language
