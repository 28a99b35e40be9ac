from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.chat import basics, names
from otklik.chat.errors import Blocked, ChatError
from otklik.chat.models import Agreement, Conversation, Message, PageView, Visitor
from otklik.chat.told import Told
from otklik.chat.wire import Page
from otklik.lib import device, pg, place
from otklik.lib.text import clean
from otklik.live.publish import publish

# A visitor who writes quickly is not written down as seen with each message.
SEEN_EVERY = timedelta(seconds=10)

Key = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes, as his request tells."""

    site_id: int
    site_language: str
    secret_hash: bytes
    client_id: str = ""
    language: str = ""
    ip: str | None = None
    user_agent: str = ""

    @property
    def key(self) -> Key:
        return self.site_id, self.secret_hash


def find(site_id: int, secret_hash: bytes) -> Visitor | None:
    return Visitor.objects.filter(site_id=site_id, secret_hash=secret_hash).select_related("conversation").first()


def ensure(arrivals: Iterable[Arrival]) -> dict[Key, Visitor]:
    """The visitor of each secret, made with his conversation when he is new. Whoever comes first makes him; all others,
    in this batch or another process, find the same one."""
    wanted = {arrival.key: arrival for arrival in arrivals}
    found = _by_key(wanted)
    missing = [arrival for key, arrival in sorted(wanted.items()) if key not in found]
    if missing:
        _insert(missing)
        found = _by_key(wanted)
    # Another browser already has this clientId. A name that anybody may guess must not open his conversation.
    nameless = [arrival for arrival in missing if arrival.key not in found]
    if nameless:
        _insert(nameless, with_client_id=False)
        found = _by_key(wanted)
    return found


def _by_key(wanted: Mapping[Key, Arrival]) -> dict[Key, Visitor]:
    visitors = Visitor.objects.filter(
        site_id__in={site_id for site_id, _hash in wanted}, secret_hash__in=[hash for _site, hash in wanted]
    ).select_related("conversation")
    found = {(visitor.site_id, bytes(visitor.secret_hash or b"")): visitor for visitor in visitors}
    return {key: visitor for key, visitor in found.items() if key in wanted}


def _insert(arrivals: Sequence[Arrival], *, with_client_id: bool = True) -> None:
    Visitor.objects.bulk_create([_new(arrival, with_client_id) for arrival in arrivals], ignore_conflicts=True)
    made = Visitor.objects.filter(secret_hash__in=[arrival.secret_hash for arrival in arrivals], conversation=None)
    conversations = [Conversation(site_id=visitor.site_id, visitor=visitor) for visitor in made.order_by("id")]
    Conversation.objects.bulk_create(conversations, ignore_conflicts=True)


def _new(arrival: Arrival, with_client_id: bool) -> Visitor:
    visitor = Visitor(
        site_id=arrival.site_id,
        secret_hash=arrival.secret_hash,
        generated_name=names.generate(arrival.site_language),
        last_seen_at=timezone.now(),
    )
    if with_client_id and arrival.client_id:
        visitor.public_id, visitor.is_named_by_site = arrival.client_id, True
    notice(visitor, arrival)
    return visitor


def notice(visitor: Visitor, arrival: Arrival) -> bool:
    """Takes over what the request tells of the visitor; whether anything is new."""
    is_new = False
    if arrival.language and arrival.language != visitor.language:
        visitor.language, is_new = arrival.language, True
    if arrival.ip and arrival.ip != visitor.ip:
        visitor.ip, is_new = arrival.ip, True
        visitor.country, visitor.country_code, visitor.city = place.of(arrival.ip, arrival.site_language)
    if arrival.user_agent and arrival.user_agent != visitor.user_agent:
        visitor.user_agent, is_new = arrival.user_agent, True
        visitor.browser, visitor.os, visitor.device = (part[:100] for part in device.read(arrival.user_agent))
    return is_new


def is_stale(visitor: Visitor, now: datetime) -> bool:
    return now - visitor.last_seen_at > SEEN_EVERY


NOTICED = """
    language text, ip inet, user_agent text, browser text, os text, device text, country text, country_code text,
    city text, referrer text, integration jsonb, last_seen_at timestamptz"""
NOTICED_COLUMNS = [column.split()[0] for column in NOTICED.split(",")]


def save_noticed(visitors: Sequence[Visitor]) -> None:
    """Writes what was noticed of many visitors, in one statement."""
    if not visitors:
        return
    rows = [{"id": visitor.pk} | {name: getattr(visitor, name) for name in NOTICED_COLUMNS} for visitor in visitors]
    changes = ", ".join(f"{name} = r.{name}" for name in NOTICED_COLUMNS)
    record = f"json_to_recordset(%b::json) AS r(id bigint, {NOTICED})"
    pg.run(f"UPDATE chat_visitor v SET {changes} FROM {record} WHERE v.id = r.id", pg.as_json(rows))


def save_pages(trails: Mapping[int, Sequence[Page]]) -> None:
    """Adds pages to the trails of visitors; the browser repeats its trail until it is acknowledged."""
    views = [
        PageView(visitor_id=visitor_id, title=page.title, link=page.link, viewed_at=page.viewed_at)
        for visitor_id, pages in sorted(trails.items())
        for page in pages
    ]
    if views:
        PageView.objects.bulk_create(views, ignore_conflicts=True)


@transaction.atomic
def record_pages(visitor: Visitor, pages: Sequence[Page], *, referrer: str = "") -> None:
    """The visitor looked at pages of the site."""
    save_pages({visitor.pk: pages})
    Visitor.objects.filter(pk=visitor.pk).update(last_seen_at=timezone.now())
    if referrer and not visitor.referrer:
        Visitor.objects.filter(pk=visitor.pk).update(referrer=referrer)


@transaction.atomic
def identify(
    arrival: Arrival,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    integration: dict[str, Any] | None = None,
    told: Told | None = None,
) -> Visitor:
    """The visitor introduces himself, perhaps by the site's form, or the site tells who he is. What is None stays as it
    was."""
    typed = cleaned({"name": name, "email": email, "phone": phone})
    visitor = ensure([arrival])[arrival.key]
    if visitor.conversation.blocked_at is not None:
        raise Blocked
    visitor = _changed(visitor, typed)
    if integration is not None and integration != visitor.integration:
        visitor.integration = integration
        visitor.save(update_fields=["integration"])
    if told is not None:
        last = Message.objects.filter(conversation=visitor.conversation, type=Message.Type.CLIENT).order_by("-number")
        take_over(visitor, told, last.first())
        publish([f"chat:{visitor.conversation.pk}", f"chats:{visitor.site_id}"], "visitor")
    return visitor


def take_over(visitor: Visitor, told: Told, message: Message | None) -> None:
    """What he told by a form with this message of his. Inside the caller's transaction."""
    for name, value in told.basic.items():
        setattr(visitor, name, value)
    visitor.answers = {**visitor.answers, **told.answers}
    visitor.save(update_fields=[*told.basic, "answers"])
    if told.consent is not None:
        consent = told.consent
        agreement = Agreement(
            visitor=visitor, message=message, version=consent.version, language=consent.language, text=consent.text
        )
        # The first time counts.
        Agreement.objects.bulk_create([agreement], ignore_conflicts=True)


@transaction.atomic
def update(visitor: Visitor, fields: Mapping[str, str | None]) -> Visitor:
    """An agent enters name, email, phone or notes; None removes what was there."""
    return _changed(visitor, cleaned({name: value or "" for name, value in fields.items()}))


def _changed(visitor: Visitor, fields: Mapping[str, str]) -> Visitor:
    visitor = Visitor.objects.select_for_update().get(pk=visitor.pk)
    for name, value in fields.items():
        setattr(visitor, name, value)
    if fields:
        visitor.save(update_fields=list(fields))
        # An open console shows who he is, and its list names him.
        publish([f"chat:{visitor.conversation.pk}", f"chats:{visitor.site_id}"], "visitor")
    return visitor


def cleaned(fields: Mapping[str, str | None]) -> dict[str, str]:
    """The given ones of name, email, phone, notes, fit to be stored; refuses an e-mail address that is none."""
    given = {
        name: basics.clean(name, value) if name in basics.LIMITS else clean(value).strip()[:10_000]
        for name, value in fields.items()
        if value is not None
    }
    email = given.get("email")
    if email and not basics.is_email(email):
        sentence = _("This does not look like an e-mail address.")
        raise ChatError(sentence, code="bad_email", fields={"email": sentence})
    return given
