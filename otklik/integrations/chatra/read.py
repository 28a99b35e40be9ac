"""Chatra's webhooks → envelope (contracts/chatra.md §2). Reads every spelling that is known, and nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from django.utils.translation import gettext_noop as _

from otklik.integrations.chatra.ids import made_id
from otklik.integrations.chatra.values import dict_of, email_of, id_of, milliseconds_of, moment_of, text_of
from otklik.integrations.envelope import ChatUser, Enquiry, File, Incoming, Mailed, Message, Person
from otklik.integrations.errors import NotUnderstood
from otklik.lib import device as devices
from otklik.lib.text import clean, clean_name

KNOWN_EVENTS = {"chatStarted", "chatFragment", "chatTranscript", "visitorLeft", "visitorReturned", "messageRead"}
# An addition of our own chat.
MAIL_EVENT = "messageMail"
MAIL_STATES = {"due", "sent", "cancelled", "failed", "bounced"}
OWN_KEYS = {"name", "email", "phone", "notes"}
MOST_TEXT = 64000
MOST_PROPERTIES = 50
MOST_USERS = 100
MOST_FILES = 10


def read(body: bytes) -> Incoming:
    """Raises NotUnderstood with a sentence that says what is missing."""
    hook = _decode(body)
    event = hook.get("eventName")
    if not isinstance(event, str) or not event:
        raise NotUnderstood(_("There is no eventName."))
    if event not in KNOWN_EVENTS | {MAIL_EVENT}:
        raise NotUnderstood(_("This event is not known."), clean_name(event, 60))
    client = hook.get("client")
    if not isinstance(client, dict):
        raise NotUnderstood(_("There is no client."))
    conversation, client_id = id_of(client.get("chatId")), id_of(client.get("id"))
    if not conversation:
        raise NotUnderstood(_("The client has no chatId."))

    # It names messages that were told before.
    messages = _messages(hook, conversation, body) if event != MAIL_EVENT else ()
    is_started = event == "chatStarted"
    return Incoming(
        conversation=conversation,
        client=client_id or conversation,
        person=_person(client, with_device=is_started),
        messages=messages,
        enquiry=_enquiry(hook, client, conversation, messages) if is_started else None,
        is_complete=event == "chatTranscript",
        left=event in ("chatTranscript", "visitorLeft"),
        returned=event == "visitorReturned",
        seen=_seen(hook) if event == "messageRead" else (),
        mailed=_mailed(hook) if event == MAIL_EVENT else None,
        users=_users(hook),
    )


def writing_in(body: bytes) -> str:
    """The conversation of a `visitorTyping`; empty: another event."""
    if len(body) > 4096 or b"visitorTyping" not in body:
        return ""
    try:
        hook = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    is_such = isinstance(hook, dict) and hook.get("eventName") == "visitorTyping"
    client = hook.get("client") if is_such else None
    return id_of(client.get("chatId")) if isinstance(client, dict) else ""


def _decode(body: bytes) -> dict[str, Any]:
    try:
        hook = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        hook = _decode_broken(body)
    if not isinstance(hook, dict):
        raise NotUnderstood(_("The body is not a JSON object."))
    return hook


def _decode_broken(body: bytes) -> Any:
    """A message is not lost for one broken character, nor for half a one, written as an escape."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(_("The body is not JSON.")) from error


def _messages(hook: dict[str, Any], conversation: str, body: bytes) -> tuple[Message, ...]:
    given = hook.get("messages")
    if not isinstance(given, list):
        return ()
    agents = _agents(hook)
    # A megabyte is hashed once, and only when a message needs it.
    webhook = cache(lambda: sha256(body).hexdigest())
    read = (
        _message(one, conversation, webhook, place, agents) for place, one in enumerate(given) if isinstance(one, dict)
    )
    return tuple(message for message in read if message)


def _message(
    one: dict[str, Any], conversation: str, webhook: Callable[[], str], place: int, agents: dict[str, dict[str, Any]]
) -> Message | None:
    kind = one.get("type")
    if kind not in ("client", "agent"):
        return None
    text = clean(text_of(one.get("text")) or text_of(one.get("message")))[:MOST_TEXT]
    files = _files(one)
    if not text and not files:
        return None
    at = milliseconds_of(one.get("createdAt")) or milliseconds_of(one.get("timestamp"))
    remote_id = id_of(one.get("id")) or made_id(conversation, kind, at, text, webhook, place)
    agent = agents.get(id_of(one.get("agentId")), {})
    return Message(
        remote_id=remote_id,
        text=text,
        from_client=kind == "client",
        written_at=moment_of(at),
        files=files,
        author_name=clean_name(text_of(one.get("agentName")) or text_of(agent.get("name"))),
        author_email=email_of(agent.get("email")),
        received_from=clean_name(text_of(one.get("receivedFrom")), 100),
        is_automatic=one.get("isPushed") is True,
    )


def _agents(hook: dict[str, Any]) -> dict[str, dict[str, Any]]:
    given = hook.get("agents")
    if not isinstance(given, list):
        return {}
    return {id_of(agent.get("id")): agent for agent in given if isinstance(agent, dict)}


def _users(hook: dict[str, Any]) -> tuple[ChatUser, ...]:
    given = hook.get("agents")
    if not given or not isinstance(given, list):
        return ()
    users = (user_of(agent) for agent in given[:MOST_USERS] if isinstance(agent, dict))
    return tuple(user for user in users if user)


def user_of(agent: dict[str, Any]) -> ChatUser | None:
    """An agent as a webhook or the API names him; without an e-mail nobody can answer in his name."""
    email = email_of(agent.get("email"))
    if not email:
        return None
    picture = text_of(agent.get("avatar")) or text_of(agent.get("avatarUrl"))
    return ChatUser(
        email,
        clean_name(text_of(agent.get("name"))),
        clean_name(picture, 500) if picture.startswith(("https://", "http://", "/")) else "",
    )


def _files(one: dict[str, Any]) -> tuple[File, ...]:
    """One in `file`; several in `files`, an addition of our own chat."""
    several = one.get("files")
    given = several[:MOST_FILES] if isinstance(several, list) and several else [one.get("file")]
    return tuple(_file(file) for file in given if isinstance(file, dict) and _is_web(file.get("url")))


def _is_web(address: Any) -> bool:
    return text_of(address).startswith(("https://", "http://"))


def _file(file: dict[str, Any]) -> File:
    size = file.get("size")
    is_size = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**62
    return File(
        name=clean_name(text_of(file.get("name"))) or "file",
        url=clean_name(file["url"], 2000),
        size=size if is_size else None,
        content_type=clean_name(text_of(file.get("contentType")), 100),
    )


def _person(client: dict[str, Any], *, with_device: bool) -> Person:
    places = [
        client,
        dict_of(client.get("info")),
        dict_of(client.get("basicInfo")),
        dict_of(client.get("integrationData")),
    ]

    def said(key: str) -> str:
        return next((value for place in places if (value := text_of(place.get(key)))), "")

    return Person(
        displayed_name=clean_name(text_of(client.get("displayedName"))),
        name=clean_name(said("name")),
        email=email_of(said("email")),
        phone=clean_name(said("phone"), 50),
        properties=_properties(places[1], places[3]),
        device=_device(client) if with_device else "",
        is_bound=client.get("isNamedBySite") is True,
    )


def _properties(info: dict[str, Any], integration: dict[str, Any]) -> dict[str, Any]:
    """What the site told beyond the usual; plain values only."""
    told: dict[str, Any] = {}
    for key, value in {**info, **integration}.items():
        if key in OWN_KEYS or not isinstance(value, str | int | float | bool):
            continue
        if isinstance(value, float) and not math.isfinite(value):
            continue
        told[clean_name(key, 100)] = clean(value)[:1000] if isinstance(value, str) else value
        if len(told) == MOST_PROPERTIES:
            break
    return told


def _technical(client: dict[str, Any]) -> tuple[str, str, str]:
    """Browser, operating system, device: as told, else by the user agent."""
    browser, system, device = (clean_name(text_of(client.get(key)), 100) for key in ("browser", "os", "device"))
    if browser and system:
        return browser, system, device
    parsed = devices.read(text_of(client.get("userAgent")) or text_of(dict_of(client.get("info")).get("userAgent")))
    return browser or parsed.browser, system or parsed.os, device or parsed.device


def _place(client: dict[str, Any]) -> tuple[str, str]:
    location = dict_of(client.get("location")) or dict_of(dict_of(client.get("info")).get("location"))
    return clean_name(text_of(location.get("country")), 100), clean_name(text_of(location.get("city")), 100)


def _device(client: dict[str, Any]) -> str:
    browser, system, device = _technical(client)
    return ", ".join(part for part in (browser, system or device, _place(client)[1]) if part)[:300]


def _enquiry(hook: dict[str, Any], client: dict[str, Any], conversation: str, messages: tuple[Message, ...]) -> Enquiry:
    first = messages[0] if messages else None
    browser, system, device = _technical(client)
    info = dict_of(client.get("info"))
    return Enquiry(
        remote_key=first.remote_id if first else conversation,
        at=(first and first.written_at) or datetime.now(UTC),
        place=", ".join(part for part in _place(client) if part),
        pages=_pages(hook, client),
        source=clean_name(text_of(client.get("source")) or text_of(info.get("source")) or "widget", 100),
        ip=clean_name(text_of(client.get("ip")) or text_of(client.get("ipAddress")) or text_of(info.get("ip")), 45),
        browser=browser,
        os=system,
        device=device,
    )


def enquiry_of(client: dict[str, Any]) -> Enquiry:
    """The same of a client as the API tells him."""
    return _enquiry({}, client, "", ())


def _pages(hook: dict[str, Any], client: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    given = client.get("pages") or dict_of(client.get("info")).get("pages") or hook.get("pages")
    pages = given if isinstance(given, list) and given else [hook.get("chatStartedPage")]
    read = ((clean_name(text_of(page.get("title")), 300), _link(page)) for page in pages if isinstance(page, dict))
    return tuple((title, link) for title, link in read if link)[-20:]


def _link(page: dict[str, Any]) -> str:
    link = text_of(page.get("link")) or text_of(page.get("url"))
    return clean_name(link, 2000) if link.startswith(("https://", "http://")) else ""


def _seen(hook: dict[str, Any]) -> tuple[str, ...]:
    given = hook.get("messages")
    ids = (id_of(one.get("id")) for one in given if isinstance(one, dict)) if isinstance(given, list) else ()
    return tuple(one for one in ids if one)


def _mailed(hook: dict[str, Any]) -> Mailed | None:
    mail = dict_of(hook.get("mail"))
    state = text_of(mail.get("state"))
    return Mailed(state, _seen(hook), moment_of(milliseconds_of(mail.get("at")))) if state in MAIL_STATES else None
