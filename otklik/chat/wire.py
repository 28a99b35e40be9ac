"""The words of the widget's protocol: what the frame sends, and how it is answered. Reading is tolerant: what is
missing or null counts as empty, what is too long is cut, what is hostile is cleaned."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.chat import basics, file_links
from otklik.chat.errors import ChatError
from otklik.chat.models import Agent, Message, Visitor
from otklik.lib.links import clean_link
from otklik.lib.text import clean, clean_name

TEXT_LIMIT = 5000
FILES_LIMIT = 10
PAGES_LIMIT = 50
AUTOMATIC_LIMIT = 5
PROPERTIES_LIMIT = 50
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Page(msgspec.Struct, frozen=True):
    title: str
    link: str
    viewed_at: datetime


class RawPage(msgspec.Struct):
    title: str | None = None
    link: str | None = None
    viewedAt: float | None = None


class RawAutomatic(msgspec.Struct):
    text: str | None = None
    at: float | None = None


class Automatic(msgspec.Struct, frozen=True):
    """What the page said by itself before the visitor wrote."""

    text: str
    said_at: datetime
    # Who wrote it, if it was one of us.
    agent: Agent | None = None


class Call(msgspec.Struct):
    key: str | None = None
    language: str | None = None


class FormGiven(msgspec.Struct):
    """What a visitor filled in, by the ids of the fields; a frame that knows of forms sends at least an empty one."""

    values: dict[str, Any] | None = None
    # The number of the text to which he agreed.
    consent: int | None = None


class HelloCall(Call):
    # The visitor's own, such as "Europe/Moscow".
    timezone: str | None = None


class TicketCall(Call):
    pass


class PagesCall(Call):
    pages: list[RawPage] | None = None
    referrer: str | None = None


class MessageCall(PagesCall):
    id: str | None = None
    text: str | None = None
    # Ids of uploads.
    files: list[str] | None = None
    integration: dict[str, Any] | None = None
    clientId: str | int | None = None
    groupId: str | int | None = None
    automatic: list[RawAutomatic] | None = None
    # The name under which the page told that it is open.
    tab: str | None = None
    form: FormGiven | None = None


class FileCall(Call):
    id: str | None = None
    name: str | None = None


class VisitorCall(Call):
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    integration: dict[str, Any] | None = None
    form: FormGiven | None = None


class ReadCall(Call):
    number: int | None = None


class TypingCall(Call):
    # What is in the text box, where the site shows it to its agents; else absent.
    text: str | None = None


class BeatCall(Call):
    tab: str | None = None
    page: RawPage | None = None
    referrer: str | None = None


class HistoryCall(Call):
    # The number of the oldest message that the page has; absent: none.
    before: int | None = None


AnyCall = TypeVar("AnyCall", bound=Call)


def decode(body: bytes, kind: type[AnyCall]) -> AnyCall:
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        # Half a character, written as an escape, is allowed in JSON: the slower reader takes it.
        return msgspec.convert(json.loads(body), type=kind, strict=False)
    except (msgspec.ValidationError, ValueError, RecursionError):
        raise _not_understood() from None


def _not_understood() -> ChatError:
    return ChatError(_("This is not what the chat understands."), code="bad_json")


def text_of(call: MessageCall) -> str:
    text = clean(call.text or "").strip()
    if not text and not call.files:
        raise ChatError(_("Write something first."), code="empty", fields={"text": _("Write something first.")})
    if len(text) > TEXT_LIMIT:
        sentence = _("This message is too long: at most %(limit)s characters.") % {"limit": TEXT_LIMIT}
        raise ChatError(sentence, code="too_long", fields={"text": sentence})
    return text


def id_of(call: MessageCall | FileCall) -> str:
    if not call.id or not UUID.fullmatch(call.id):
        raise ChatError(_("This message has no usable id."), code="bad_id")
    return call.id


def files_of(call: MessageCall) -> list[str]:
    ids = list(dict.fromkeys(call.files or []))
    if len(ids) > FILES_LIMIT:
        raise ChatError(
            _("At most %(limit)s files fit into one message.") % {"limit": FILES_LIMIT}, code="too_many_files"
        )
    if not all(UUID.fullmatch(one) for one in ids):
        raise ChatError(_("This file has no usable id."), code="bad_id")
    return ids


def client_id_of(call: MessageCall) -> str:
    return clean_name(str(call.clientId), 200) if call.clientId is not None else ""


def group_id_of(call: MessageCall) -> int | None:
    """The group of agents that the page names."""
    given = str(call.groupId or "")
    return int(given) if re.fullmatch(r"[0-9]{1,18}", given) else None


def automatic_of(call: MessageCall) -> tuple[Automatic, ...]:
    """Oldest first. The words come from the visitor's browser: they are stored as nobody's."""
    given = (Automatic(clean(one.text or "").strip()[:TEXT_LIMIT], _moment(one.at)) for one in (call.automatic or []))
    said = [one for one in given if one.text][:AUTOMATIC_LIMIT]
    return tuple(sorted(said, key=lambda one: one.said_at))


def pages_of(call: PagesCall) -> tuple[Page, ...]:
    """The latest pages of the trail, each once, oldest first."""
    pages = (_page(page) for page in (call.pages or [])[-PAGES_LIMIT:])
    known = {(page.link, page.viewed_at): page for page in pages if page is not None}
    return tuple(sorted(known.values(), key=lambda page: page.viewed_at))


def page_of(raw: RawPage | None) -> Page | None:
    return _page(raw) if raw else None


def _page(raw: RawPage) -> Page | None:
    link = clean_link(raw.link or "")
    return Page(clean_name(raw.title or "", 500), link, _moment(raw.viewedAt)) if link else None


def _moment(milliseconds: float | None) -> datetime:
    """A visitor's clock is only shown, but it must not show the future."""
    now = timezone.now()
    try:
        return min(datetime.fromtimestamp(milliseconds / 1000, UTC), now) if milliseconds else now
    except (ValueError, OverflowError, OSError):
        return now


def referrer_of(call: PagesCall) -> str:
    return clean_link(call.referrer or "")


def properties_of(given: dict[str, Any] | None) -> dict[str, Any]:
    """What the site says about its visitor: any keys, short values. A name, e-mail address or phone that cannot be one
    is left out: receivers of webhooks trust these."""
    found: dict[str, Any] = {}
    for key, value in list((given or {}).items())[:PROPERTIES_LIMIT]:
        name = clean_name(key, 100)
        if not name or value is None:
            continue
        if name not in basics.LIMITS:
            found[name] = _property(value)
        elif basic := _basic(name, value):
            found[name] = basic
    return found


def _basic(name: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    value = basics.clean(name, value)
    return value if name != "email" or basics.is_email(value) else ""


def _property(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # JSON of PostgreSQL has no infinity, and readers of webhooks have no larger numbers.
        return value if abs(value) < 2**63 and math.isfinite(value) else str(value)
    if isinstance(value, str):
        return clean(value).strip()[:1000]
    try:
        return clean(msgspec.json.encode(value).decode())[:1000]
    except (UnicodeEncodeError, OverflowError, RecursionError):
        raise _not_understood() from None


def visitor_json(visitor: Visitor) -> dict[str, Any]:
    return {
        "id": visitor.public_id,
        "displayedName": visitor.displayed_name,
        "name": visitor.name,
        "email": visitor.email,
        "phone": visitor.phone,
        # The site's own questions that he need not be asked again.
        "told": list(visitor.answers),
    }


def message_json(message: Message) -> dict[str, Any]:
    is_deleted = message.deleted_at is not None
    agent = None
    if message.type == Message.Type.AGENT:
        avatar = message.agent.avatar_url if message.agent else ""
        agent = {"name": message.agent_name, "avatar": avatar}
    return {
        "id": message.public_id,
        "number": message.number,
        "version": message.version,
        "type": message.type,
        "text": "" if is_deleted else message.text,
        "files": [] if is_deleted else [file_links.for_widget(facts) for facts in message.files],
        "createdAt": milliseconds(message.created_at),
        "agent": agent,
        "read": message.read_at is not None,
        "edited": message.edited_at is not None,
        "deleted": is_deleted,
    }


def messages_json(messages: Iterable[Message]) -> list[dict[str, Any]]:
    return [message_json(message) for message in messages]


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
