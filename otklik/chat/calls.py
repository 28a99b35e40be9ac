"""The calls of the widget's protocol, one function each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from otklik.chat import contact_forms, promise, stream, told, wire
from otklik.chat import watching as watchings
from otklik.chat.actions import files, mails, replies, typing, visitors, watching
from otklik.chat.actions.messages import Post
from otklik.chat.actions.visitors import Arrival
from otklik.chat.caller import Caller
from otklik.chat.contact_forms import Asked
from otklik.chat.errors import Blocked, ChatError, Flooded, Unavailable
from otklik.chat.flood import neighbourhood
from otklik.chat.models import Conversation, Visitor
from otklik.lib.links import clean_link
from otklik.people.hours import zone_of

if TYPE_CHECKING:
    from otklik.chat.house import House

HISTORY = 50
HISTORY_AT_ONCE = 200


async def hello(house: House, caller: Caller, call: wire.HelloCall) -> dict[str, Any]:
    asked = await house.form_of(caller.site)
    return await house.run(_hello, caller, call, asked)  # type: ignore[no-any-return]


def _language(caller: Caller, call: wire.Call) -> str:
    """As the page named it: a site may speak more languages than we do."""
    return (call.language or caller.language).lower()[:10]


def _hello(caller: Caller, call: wire.HelloCall, asked: Asked | None) -> dict[str, Any]:
    visitor = caller.visitor()
    promised = _promised(caller, call, visitor)
    form = _form(caller, call, asked, visitor)
    if visitor is None:
        return {"visitor": None, "messages": [], "cursor": 0, "promise": promised, "unread": 0, "form": form}
    # The cursor is read first: what comes in between is told again by the stream, and known by its id.
    conversation = Conversation.objects.get(visitor=visitor)
    history = conversation.messages.select_related("agent").order_by("-number")[:HISTORY]
    return {
        "visitor": wire.visitor_json(visitor),
        "messages": wire.messages_json(reversed(history)),
        "cursor": conversation.version,
        "promise": promised,
        "unread": replies.unread_in(conversation).count(),
        "form": form,
    }


async def promised(house: House, caller: Caller, call: wire.HelloCall) -> dict[str, Any]:
    asked = await house.form_of(caller.site, is_news=True)
    return await house.run(_promise, caller, call, asked)  # type: ignore[no-any-return]


def _promise(caller: Caller, call: wire.HelloCall, asked: Asked | None) -> dict[str, Any]:
    """With the form that is asked now: it may be another one while nobody is there."""
    visitor = caller.visitor()
    return _promised(caller, call, visitor) | {"form": _form(caller, call, asked, visitor)}


def _form(caller: Caller, call: wire.HelloCall, asked: Asked | None, visitor: Visitor | None) -> dict[str, Any] | None:
    has_agreed = told.has_agreed(asked, visitor)
    return contact_forms.as_json(asked, _language(caller, call), has_agreed=has_agreed)


def _promised(caller: Caller, call: wire.HelloCall, visitor: Visitor | None) -> dict[str, Any]:
    """`byMail`: whether whoever leaves an address is answered there too; it is said only where it is true."""
    said = promise.as_json(promise.of(caller.site), caller.site, zone_of(call.timezone), caller.language)
    return said | {"byMail": mails.reach(caller.site, visitor)}


async def post(house: House, caller: Caller, call: wire.MessageCall) -> dict[str, Any]:
    arrival, ids = caller.arrival(wire.client_id_of(call)), wire.files_of(call)
    integration = None if call.integration is None else wire.properties_of(call.integration)
    item = Post(
        arrival=arrival,
        public_id=wire.id_of(call),
        text=wire.text_of(call),
        files=await house.run(files.uploaded, arrival, ids) if ids else (),
        pages=_taken(house, arrival, wire.pages_of(call)),
        referrer=wire.referrer_of(call),
        integration=integration,
        automatic=await _automatic(house, caller, call),
        group_id=wire.group_id_of(call),
        told=await _told(house, caller, call, integration),
    )
    wait = house.messages_of_visitor.wait(item.arrival.key) or await house.newcomers.wait(item.arrival)
    if wait:
        raise Flooded(_("Too many messages at once. Wait a little."), wait=wait)
    posted = await house.post(item)
    if isinstance(posted, Blocked):
        # Said again, in the language of this visitor.
        raise Blocked
    if isinstance(posted, files.LostFile):
        raise files.lost()
    if isinstance(posted, ChatError):
        raise posted
    if isinstance(posted, Exception):
        raise Unavailable(_("This message could not be stored.")) from posted
    if posted.is_start and _tab_of(call):
        await house.run(watching.has_written, caller.site, _tab_of(call))
    return {
        "visitor": wire.visitor_json(posted.visitor),
        "message": wire.message_json(posted.message),
        "started": posted.is_start,
    }


async def _automatic(house: House, caller: Caller, call: wire.MessageCall) -> tuple[wire.Automatic, ...]:
    said, tab = wire.automatic_of(call), _tab_of(call)
    return await house.run(watching.signed, caller.site, tab, said) if said and tab else said


def _tab_of(call: wire.MessageCall | wire.BeatCall) -> str:
    return call.tab if call.tab and wire.UUID.fullmatch(call.tab) else ""


def _taken(house: House, arrival: Arrival, pages: tuple[wire.Page, ...]) -> tuple[wire.Page, ...]:
    """Of a trail that no person leaves, only the latest pages are kept."""
    kept = [page for page in reversed(pages) if not house.pages_of_visitor.wait(arrival.key)]
    return tuple(reversed(kept))


async def _told(
    house: House, caller: Caller, call: wire.MessageCall, integration: dict[str, Any] | None
) -> told.Told | None:
    """What comes with a message by the site's form. Most sites ask for nothing that must be there: nothing is looked up
    for them."""
    asked = await house.form_of(caller.site)
    if asked is None or not (asked.is_required or told.says(call.form)):
        return None

    def check() -> told.Told | None:
        return told.in_message(asked, call.form, caller.visitor(), integration, _language(caller, call))

    return await house.run(check)  # type: ignore[no-any-return]


async def introduce(house: House, caller: Caller, call: wire.VisitorCall) -> dict[str, Any]:
    arrival = caller.arrival()
    wait = house.introductions_of_visitor.wait(arrival.key) or await house.newcomers.wait(arrival)
    if wait:
        raise Flooded(_("Too many messages at once. Wait a little."), wait=wait)
    asked = await house.form_of(caller.site) if call.form else None
    visitor = await house.run(_introduce, caller, call, asked)
    return {"visitor": wire.visitor_json(visitor)}


def _introduce(caller: Caller, call: wire.VisitorCall, asked: Asked | None) -> Visitor:
    integration = None if call.integration is None else wire.properties_of(call.integration)
    filled = None
    if asked is not None and call.form is not None:
        filled = told.apart(asked, call.form, caller.visitor(), _language(caller, call))
    return visitors.identify(
        caller.arrival(), name=call.name, email=call.email, phone=call.phone, integration=integration, told=filled
    )


async def pages(house: House, caller: Caller, call: wire.PagesCall) -> dict[str, Any]:
    pages = _taken(house, caller.arrival(), wire.pages_of(call))
    await house.run(_pages, caller, pages, wire.referrer_of(call))
    return {}


def _pages(caller: Caller, pages: tuple[wire.Page, ...], referrer: str) -> None:
    visitor = caller.known_visitor()
    if pages:
        visitors.record_pages(visitor, pages, referrer=referrer)


async def read(house: House, caller: Caller, call: wire.ReadCall) -> dict[str, Any]:
    await house.run(_read, caller, call)
    return {}


def _read(caller: Caller, call: wire.ReadCall) -> None:
    conversation = caller.known_visitor().conversation
    replies.mark_read(conversation, max(0, min(call.number or 0, conversation.version)))


async def type_(house: House, caller: Caller, call: wire.TypingCall) -> dict[str, Any]:
    # Whoever types quicker than this is seen to type all the same.
    if caller.secret_hash is not None and not house.typing_of_visitor.wait(caller.secret_hash):
        await house.run(_type, caller, call)
    return {}


def _type(caller: Caller, call: wire.TypingCall) -> None:
    conversation = caller.known_visitor().conversation
    text = (call.text or "") if watchings.of(caller.site).sees_typing else ""
    typing.by_visitor(conversation, text)


async def beat(house: House, caller: Caller, call: wire.BeatCall) -> dict[str, Any]:
    """A page on which the chat was opened, by somebody who has not written."""
    origin = neighbourhood(caller.ip)
    wait = house.beats_of_address.wait(origin) if origin else 0
    if wait:
        raise Flooded("Too many pages are open at once.", wait=wait)
    page, tab = wire.page_of(call.page), _tab_of(call)
    if page is None or not tab:
        raise ChatError("This page has no usable address.", code="bad_page")
    said = watching.Beat(tab, page.link, page.title, clean_link(call.referrer or ""), caller.ip)
    return {"text": await house.run(_beat, caller, said)}


def _beat(caller: Caller, said: watching.Beat) -> str:
    # Our frame gives no secret here; whoever gives one is known by it.
    visitor = caller.visitor()
    if visitor is not None and visitor.conversation.blocked_at is not None:
        raise Blocked
    return watching.beat(caller.site, said)


async def history(house: House, caller: Caller, call: wire.HistoryCall) -> dict[str, Any]:
    return await house.run(_history, caller, call)  # type: ignore[no-any-return]


def _history(caller: Caller, call: wire.HistoryCall) -> dict[str, Any]:
    """Messages before a number, oldest first; `isAll` when there are none before them."""
    messages = caller.known_visitor().conversation.messages.select_related("agent").order_by("-number")
    if call.before is not None:
        messages = messages.filter(number__lt=max(0, min(call.before, 2**62)))
    found = list(messages[: HISTORY_AT_ONCE + 1])
    return {
        "messages": wire.messages_json(reversed(found[:HISTORY_AT_ONCE])),
        "isAll": len(found) <= HISTORY_AT_ONCE,
    }


async def ticket(house: House, caller: Caller, call: wire.TicketCall) -> dict[str, Any]:
    return await house.run(_ticket, caller)  # type: ignore[no-any-return]


def _ticket(caller: Caller) -> dict[str, Any]:
    conversation = caller.known_visitor().conversation
    return {"ticket": stream.ticket_for(conversation), "cursor": conversation.version}


class Handler(NamedTuple):
    kind: type[wire.Call]
    answer: Callable[..., Awaitable[dict[str, Any]]]


CALLS = {
    "hello": Handler(wire.HelloCall, hello),
    "promise": Handler(wire.HelloCall, promised),
    "messages": Handler(wire.MessageCall, post),
    "visitor": Handler(wire.VisitorCall, introduce),
    "pages": Handler(wire.PagesCall, pages),
    "read": Handler(wire.ReadCall, read),
    "typing": Handler(wire.TypingCall, type_),
    "beat": Handler(wire.BeatCall, beat),
    "history": Handler(wire.HistoryCall, history),
    "ticket": Handler(wire.TicketCall, ticket),
}
