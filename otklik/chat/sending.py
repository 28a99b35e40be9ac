"""How webhooks leave: in order per hook and conversation, at least once, for a day.

The process that wrote a row makes the first attempt itself, right after the commit; later ones are jobs, set for the
moment when they are due. A row in hand is claimed for a while, so that nobody else sends it; of a line only the oldest
row may be claimed, so that nothing overtakes."""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import httpx2
from django.db import connection
from django.utils import timezone

from otklik.chat import hook_call
from otklik.chat.hook_call import Outcome
from otklik.chat.models import Hook, HookDelivery
from otklik.lib import backoff, pg
from otklik.lib.threads import DatabaseThreads, patiently

log = logging.getLogger("otklik.chat")

# Longer than the 20 seconds after which an attempt ends, whatever the receiver does, so that a claim outlives it.
CLAIM = timedelta(seconds=30)
PATIENCE = 20.0
GIVE_UP_AFTER = timedelta(hours=24)
WORKERS = 8
# One silent hook must not take all threads from every site.
WORKERS_OF_HOOK = 2

CLAIM_OLDEST = """
    UPDATE chat_hookdelivery SET claimed_until = %b, attempts = attempts + 1
    WHERE id = (
        SELECT id FROM chat_hookdelivery
        WHERE hook_id = %b AND conversation_id = %b AND state = 'due' ORDER BY id LIMIT 1
    )
    AND state = 'due' AND due_at <= %b AND (claimed_until IS NULL OR claimed_until < %b OR claimed_until = %b)
    AND EXISTS (SELECT FROM chat_hook WHERE chat_hook.id = hook_id AND is_active)
    RETURNING id"""


class Line(NamedTuple):
    """What must stay in order: one conversation as one hook hears it."""

    hook_id: int
    conversation_id: int


_turns: Counter[int] = Counter()
_turns_lock = threading.Lock()


@contextmanager
def turn(hook_id: int) -> Iterator[bool]:
    """Whether one of the few workers that a hook may hold in this process is free; never waits."""
    with _turns_lock:
        is_free = _turns[hook_id] < WORKERS_OF_HOOK
        _turns[hook_id] += is_free
    try:
        yield is_free
    finally:
        with _turns_lock:
            _turns[hook_id] -= is_free
            if not _turns[hook_id]:
                del _turns[hook_id]


@cache
def own_client() -> httpx2.Client:
    return hook_call.client()


def drain(line: Line, client: httpx2.Client | None = None) -> datetime | None:
    """Sends what is due, oldest first, until nothing is left or an attempt fails. The answer is when to come again."""
    while True:
        delivery = patiently(_claim, line, timezone.now() + CLAIM, seconds=PATIENCE)
        if delivery is None:
            return None
        outcome = _attempt(delivery, client or own_client())
        # What the receiver said must not be forgotten because PostgreSQL starts anew: it would be sent twice.
        patiently(_settle, delivery, outcome, seconds=PATIENCE)
        if delivery.state == HookDelivery.State.DUE:
            return delivery.due_at


def _claim(line: Line, until: datetime) -> HookDelivery | None:
    now = timezone.now()
    # A repeat knows its own claim by its very moment, when only the answer to it was lost.
    claimed = pg.run(CLAIM_OLDEST, until, line.hook_id, line.conversation_id, now, now, until)
    if not claimed:
        return None
    return HookDelivery.objects.select_related("hook").get(pk=claimed[0][0])


def _attempt(delivery: HookDelivery, client: httpx2.Client) -> Outcome:
    body = bytes(delivery.body)
    headers = headers_of(body, delivery.hook.secret, str(delivery.key))
    return hook_call.post(client, delivery.hook.address, body, headers)


def headers_of(body: bytes, secret: str, key: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Chatra-Signature": signature(secret, body),
        "X-Chatra-Delivery": key,
    }


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _settle(delivery: HookDelivery, outcome: Outcome) -> None:
    now = timezone.now()
    delivery.answer = outcome.answer.replace("\x00", "")[:500]
    delivery.claimed_until = None
    if outcome.is_sent:
        delivery.state, delivery.sent_at = HookDelivery.State.SENT, now
    elif now - delivery.created_at >= GIVE_UP_AFTER:
        delivery.state = HookDelivery.State.FAILED
        log.error("webhook %s was given up: %s", delivery.key, delivery.answer.replace("\n", " "))
    else:
        delivery.due_at = now + max(backoff.delay(delivery.attempts), outcome.wait)
    # Not by `save`: its hook may have been removed meanwhile.
    settled = {name: getattr(delivery, name) for name in ("answer", "claimed_until", "state", "sent_at", "due_at")}
    HookDelivery.objects.filter(pk=delivery.pk).update(**settled)


def lines_without_motion(limit: int = 500) -> list[Line]:
    """Lines whose oldest row is overdue though nobody has it in hand: their job was lost."""
    overdue = timezone.now() - timedelta(seconds=5)
    rows = pg.run(
        """
        SELECT hook_id, conversation_id FROM (
            SELECT DISTINCT ON (hook_id, conversation_id) hook_id, conversation_id, due_at, claimed_until
            FROM chat_hookdelivery WHERE state = 'due' ORDER BY hook_id, conversation_id, id
        ) AS oldest
        WHERE due_at < %b AND (claimed_until IS NULL OR claimed_until < %b)
        AND EXISTS (SELECT FROM chat_hook WHERE chat_hook.id = hook_id AND is_active)
        ORDER BY due_at LIMIT %b
        """,
        overdue,
        overdue,
        limit,
    )
    return [Line(*row) for row in rows]


class Sender:
    """Makes first attempts in this process, one line at a time per line. Where it does not run, jobs make them."""

    def __init__(self, client: httpx2.Client | None = None) -> None:
        self._client = client
        self._threads: DatabaseThreads | None = None
        self._lock = threading.Lock()
        # A line in hand, and whether something was added to it meanwhile.
        self._busy: dict[Line, bool] = {}
        # How many threads each hook has, and which lines wait for one of them.
        self._threads_of_hook: Counter[int] = Counter()
        self._waiting: dict[int, deque[Line]] = {}

    def start(self) -> None:
        self._threads = DatabaseThreads(WORKERS, "webhooks")

    def stop(self) -> None:
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.stop()
        self._busy.clear()
        self._threads_of_hook.clear()
        self._waiting.clear()

    def wake(self, lines: Iterable[Line]) -> None:
        """Something was added to these lines."""
        threads = self._threads
        for line in lines:
            if threads is None:
                schedule(line)
            elif self._takes(line):
                threads.submit(self._work, line)

    def _takes(self, line: Line) -> bool:
        """Whether the line is to be worked on now: it is not yet, and its hook has a thread left."""
        with self._lock:
            if line in self._busy:
                self._busy[line] = True
                return False
            self._busy[line] = False
            if self._threads_of_hook[line.hook_id] >= WORKERS_OF_HOOK:
                self._waiting.setdefault(line.hook_id, deque()).append(line)
                return False
            self._threads_of_hook[line.hook_id] += 1
            return True

    def _work(self, line: Line) -> None:
        try:
            due_at = drain(line, self._client)
            if due_at is not None:
                patiently(schedule, line, due_at, seconds=PATIENCE)
        except Exception as error:
            # The row stays due and the sweep finds it.
            log.warning("webhooks of conversation %s wait: %s", line.conversation_id, error)
            connection.close()
        following, threads = self._after(line), self._threads
        if following is not None and threads is not None:
            # At the end of the queue, so that other hooks have their turn. When all stops, the sweep finds the rows.
            with suppress(RuntimeError):
                threads.submit(self._work, following)

    def _after(self, line: Line) -> Line | None:
        """The line is done, or waits once more when something was added meanwhile; which one its thread takes next."""
        with self._lock:
            waiting = self._waiting.setdefault(line.hook_id, deque())
            if self._busy.pop(line, False):
                self._busy[line] = False
                waiting.append(line)
            if waiting:
                return waiting.popleft()
            del self._waiting[line.hook_id]
            self._threads_of_hook[line.hook_id] -= 1
            if self._threads_of_hook[line.hook_id] <= 0:
                del self._threads_of_hook[line.hook_id]
            return None


sender = Sender()


def schedule(line: Line, at: datetime | None = None) -> None:
    """A job goes on with the line at that time."""
    from otklik.chat import jobs

    jobs.defer_drain(line, at)


def switch(hook: Hook, *, on: bool) -> None:
    """Sends to this address, or keeps silent; what is due waits."""
    Hook.objects.filter(pk=hook.pk).update(is_active=on)
