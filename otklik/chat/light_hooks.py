"""Webhooks that tell only of the present moment: sent at once or never, and written down nowhere. One that would have
to wait is out of date already, so it is dropped."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx2
import msgspec

from otklik.chat import hook_call
from otklik.chat.models import Conversation, Hook
from otklik.chat.sending import signature

log = logging.getLogger("otklik.chat")

SECONDS = 3.0
# A receiver that did not take one is left alone for so long.
REST = 60.0

_threads = ThreadPoolExecutor(2, thread_name_prefix="light-hooks")
_lock = threading.Lock()
# Hooks that are being called, and until when others rest.
_busy: set[int] = set()
_resting: dict[int, float] = {}


def tell(event: str, conversation: Conversation) -> None:
    """Calls the site's hooks that ask for this event."""
    hooks = Hook.objects.filter(site_id=conversation.site_id, is_active=True, events__contains=[event])
    for hook in hooks.select_related("site"):
        if _takes(hook.pk):
            _threads.submit(_call, hook, _body(event, hook, conversation))


def _takes(hook_id: int) -> bool:
    with _lock:
        if hook_id in _busy or _resting.get(hook_id, 0) > time.monotonic():
            return False
        _busy.add(hook_id)
        return True


def _body(event: str, hook: Hook, conversation: Conversation) -> bytes:
    visitor = conversation.visitor
    client = {"id": visitor.public_id, "chatId": conversation.public_id, "displayedName": visitor.displayed_name}
    return msgspec.json.encode({"eventName": event, "account": {"id": hook.site.public_key}, "client": client})


def _call(hook: Hook, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "X-Chatra-Signature": signature(hook.secret, body)}
    is_taken = False
    try:
        is_taken = hook_call.post(_client(), hook.address, body, headers, seconds=SECONDS).is_sent
    except Exception:
        log.exception("a light webhook failed")
    finally:
        with _lock:
            _busy.discard(hook.pk)
            if is_taken:
                _resting.pop(hook.pk, None)
            else:
                _resting[hook.pk] = time.monotonic() + REST


@cache
def _client() -> httpx2.Client:
    return hook_call.client()
