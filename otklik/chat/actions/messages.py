"""What visitors say in a conversation. Numbers and versions come from the conversation's counter, under its row's lock,
so that they grow in the order of arrival."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from otklik.chat import promise, webhooks
from otklik.chat.actions import files, mails, visitors
from otklik.chat.actions.visitors import Arrival
from otklik.chat.errors import Blocked
from otklik.chat.models import Conversation, File, Message, Visitor
from otklik.chat.told import Told
from otklik.chat.topics import topics
from otklik.chat.webhooks import Happening
from otklik.chat.wire import Automatic, Page
from otklik.lib import pg
from otklik.lib.threads import CUT
from otklik.live.publish import publish

log = logging.getLogger("otklik.chat")

TYPE = Message.Type


@dataclass(frozen=True, slots=True)
class Post:
    """A message of a visitor, as it came."""

    arrival: Arrival
    public_id: str
    text: str
    files: tuple[File, ...] = ()
    pages: tuple[Page, ...] = ()
    referrer: str = ""
    integration: dict[str, Any] | None = None
    automatic: tuple[Automatic, ...] = ()
    # The group of agents that the page wants for it, if the site has such a one.
    group_id: int | None = None
    # By the site's form.
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    visitor: Visitor
    message: Message
    # Whether an enquiry began with it.
    is_start: bool = False


@dataclass(slots=True)
class _Thread:
    """A conversation of the batch, locked, with what the batch adds to it."""

    conversation: Conversation
    known: dict[str, Message] = field(default_factory=dict)
    added: list[Message] = field(default_factory=list)
    is_new_enquiry: bool = False
    is_first_enquiry: bool = False
    # What was pushed to a visitor before he ever wrote: told with what he answers.
    untold: list[Message] = field(default_factory=list)
    group_id: int | None = None


def post(posts: Sequence[Post]) -> list[Posted | Exception]:
    """Takes in messages of many visitors in one transaction. The same id again gets the same answer. A post that cannot
    be stored gets its error as its result and does not stop its neighbours."""
    try:
        return _post_together(posts)
    except CUT:
        # Not the fault of any post: the whole batch is repeated when the database is back.
        raise
    except Exception as error:
        if len(posts) == 1:
            log.exception("a visitor's message could not be stored")
            return [error]
        half = len(posts) // 2
        return [*post(posts[:half]), *post(posts[half:])]


@transaction.atomic
def _post_together(posts: Sequence[Post]) -> list[Posted | Exception]:
    found = visitors.ensure(post.arrival for post in posts)
    threads = _lock(found.values())
    _find_known(threads, posts, found)
    held = files.hold(file for post in posts for file in post.files)
    now = timezone.now()
    results = [_take_in(post, found[post.arrival.key], threads, held, now) for post in posts]
    # Of whom is blocked nothing is noticed either.
    taken = [(post, result) for post, result in zip(posts, results, strict=True) if isinstance(result, Posted)]
    added = [message for thread in threads.values() for message in thread.added]
    if added:
        _find_untold([thread for thread in threads.values() if thread.is_new_enquiry])
        _notice([post for post, _posted in taken], found, now)
        Message.objects.bulk_create(added)
        _take_over(taken)
        _attach(taken)
        _save(threads, now)
        _announce([thread for thread in threads.values() if thread.added])
    return results


def _take_over(taken: Sequence[tuple[Post, Posted]]) -> None:
    """What visitors told by a form with their message; before the webhooks that tell of it are written."""
    for post, posted in taken:
        if post.told is not None:
            visitors.take_over(posted.visitor, post.told, posted.message)


def _attach(taken: Sequence[tuple[Post, Posted]]) -> None:
    for post, posted in taken:
        if post.files:
            files.attach(posted.message, post.files)


def _lock(found: Any) -> dict[int, _Thread]:
    ids = {visitor.pk for visitor in found}
    locked = Conversation.objects.select_for_update().filter(visitor_id__in=ids).order_by("id")
    return {conversation.visitor_id: _Thread(conversation) for conversation in locked}


def _find_known(threads: dict[int, _Thread], posts: Sequence[Post], found: dict[visitors.Key, Visitor]) -> None:
    by_conversation = {thread.conversation.pk: thread for thread in threads.values()}
    known = Message.objects.filter(
        conversation_id__in=by_conversation, public_id__in={post.public_id for post in posts}
    ).select_related("agent")
    for message in known:
        by_conversation[message.conversation_id].known[message.public_id] = message


def _find_untold(beginning: Sequence[_Thread]) -> None:
    # Of whom is new altogether nothing is looked up.
    spoken_to = {
        thread.conversation.pk: thread
        for thread in beginning
        if thread.is_first_enquiry and thread.conversation.version > len(thread.added)
    }
    if not spoken_to:
        return
    # Nothing of the batch is stored yet.
    pushed = Message.objects.filter(conversation_id__in=spoken_to, is_pushed=True, deleted_at=None)
    for message in pushed.select_related("agent").order_by("number"):
        spoken_to[message.conversation_id].untold.append(message)


def _take_in(
    post: Post, visitor: Visitor, threads: dict[int, _Thread], held: set[int], now: datetime
) -> Posted | Exception:
    thread = threads[visitor.pk]
    if thread.conversation.blocked_at is not None:
        return Blocked()
    message = thread.known.get(post.public_id)
    if message is not None:
        return Posted(visitor, message)
    if any(file.pk not in held for file in post.files):
        return files.LostFile()  # Swept since it was looked up.
    is_start = not thread.conversation.is_open
    for said in post.automatic:
        _say(thread, said)
    return Posted(visitor, _new(thread, post, now), is_start)


def _say(thread: _Thread, said: Automatic) -> None:
    """What the visitor's page had said by itself, in nobody's name, for his browser tells it; or in the name of the
    agent who is known to have written it."""
    conversation = thread.conversation
    conversation.version += 1
    message = Message(
        conversation=conversation,
        number=conversation.version,
        version=conversation.version,
        type=TYPE.AGENT,
        text=said.text,
        agent=said.agent,
        agent_name=said.agent.name if said.agent else conversation.site.name,
        is_pushed=True,
        created_at=said.said_at,
        read_at=said.said_at,
    )
    thread.added.append(message)


def _new(thread: _Thread, post: Post, now: datetime) -> Message:
    conversation = thread.conversation
    if not conversation.is_open:
        conversation.is_open = thread.is_new_enquiry = True
        thread.is_first_enquiry = conversation.opened_at is None
        conversation.opened_at = now
        conversation.started_page = _started_page(post)
    # A client's message voids that he left.
    conversation.left_at = None
    conversation.last_message_at = now
    conversation.version += 1
    message = Message(
        conversation=conversation,
        public_id=post.public_id,
        number=conversation.version,
        version=conversation.version,
        type=TYPE.CLIENT,
        text=post.text,
        files=[file.facts() for file in post.files],
        created_at=now,
    )
    thread.group_id = post.group_id or thread.group_id
    thread.known[post.public_id] = message
    thread.added.append(message)
    return message


def _started_page(post: Post) -> dict[str, str]:
    return {"title": post.pages[-1].title, "link": post.pages[-1].link} if post.pages else {}


def _notice(posts: Sequence[Post], found: dict[visitors.Key, Visitor], now: datetime) -> None:
    """What the posts tell of their visitors, beside the text."""
    changed: dict[int, Visitor] = {}
    trails: dict[int, list[Page]] = {}
    for post in posts:
        visitor = found[post.arrival.key]
        is_new = visitors.notice(visitor, post.arrival) or visitors.is_stale(visitor, now)
        if post.integration is not None and post.integration != visitor.integration:
            visitor.integration, is_new = post.integration, True
        if post.referrer and not visitor.referrer:
            visitor.referrer, is_new = post.referrer, True
        if is_new:
            visitor.last_seen_at = now
            changed[visitor.pk] = visitor
        trails.setdefault(visitor.pk, []).extend(post.pages)
    visitors.save_noticed([changed[pk] for pk in sorted(changed)])
    visitors.save_pages(trails)


def _save(threads: dict[int, _Thread], now: datetime) -> None:
    """A new enquiry stays with whoever had the one before, if he is there; a chat must not wait for an absent agent.
    The group that the page names gets a new enquiry that is not with one of its agents, and a chat that nobody has."""
    begun = {thread.conversation.site_id for thread in threads.values() if thread.is_new_enquiry}
    closed = promise.closed(begun) if begun else set()
    rows = [
        {
            "id": thread.conversation.pk,
            "version": thread.conversation.version,
            "opened_at": thread.conversation.opened_at,
            "started_page": thread.conversation.started_page,
            "last_message_at": now,
            "is_new": thread.is_new_enquiry,
            "is_closed": thread.conversation.site_id in closed,
            "site_id": thread.conversation.site_id,
            "group_id": thread.group_id,
        }
        for thread in threads.values()
        if thread.added
    ]
    pg.run(
        """
        UPDATE chat_conversation c SET version = r.version, is_open = true, opened_at = r.opened_at,
            started_page = r.started_page, last_message_at = r.last_message_at, left_at = NULL,
            waiting_since = coalesce(c.waiting_since, r.last_message_at),
            assigned_to_id = CASE WHEN r.is_new THEN (
                SELECT a.id FROM chat_agent a WHERE a.id = c.assigned_to_id AND (g.id IS NULL OR a.group_id = g.id)
                    AND (a.presence = 'online' OR a.presence = 'calendar' AND NOT r.is_closed)
            ) ELSE c.assigned_to_id END,
            group_id = CASE WHEN r.is_new AND NOT EXISTS (
                SELECT 1 FROM chat_agent a WHERE a.id = c.assigned_to_id AND a.group_id = g.id
                    AND (a.presence = 'online' OR a.presence = 'calendar' AND NOT r.is_closed)
            ) OR c.assigned_to_id IS NULL AND c.group_id IS NULL THEN coalesce(g.id, c.group_id) ELSE c.group_id END
        FROM json_to_recordset(%b::json) AS r(
            id bigint, version bigint, opened_at timestamptz, started_page jsonb, last_message_at timestamptz,
            is_new boolean, is_closed boolean, site_id bigint, group_id bigint)
        LEFT JOIN chat_agentgroup g ON g.id = r.group_id AND g.site_id = r.site_id
        WHERE c.id = r.id
        """,
        pg.as_json(rows),
    )


def _announce(threads: Sequence[_Thread]) -> None:
    happenings: list[Happening] = []
    for thread in threads:
        rest = thread.added
        if thread.is_new_enquiry:
            # Up to the visitor's own first message.
            first = next(place for place, message in enumerate(rest, 1) if message.type == TYPE.CLIENT)
            happenings.append(Happening("chatStarted", thread.conversation, [*thread.untold, *rest[:first]]))
            rest = rest[first:]
        if rest:
            happenings.append(Happening("chatFragment", thread.conversation, rest))
    webhooks.record(happenings)
    if beginning := [thread.conversation for thread in threads if thread.is_new_enquiry]:
        mails.started(beginning)
    publish([one for thread in threads for one in topics(thread.conversation)], "message")
