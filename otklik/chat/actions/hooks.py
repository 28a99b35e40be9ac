"""Webhooks as an administrator handles them. What is sent, and how it leaves, is in `webhooks` and `sending`."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from otklik.chat import hook_call, sending
from otklik.chat.actions import site_log
from otklik.chat.hook_call import Outcome
from otklik.chat.models import Hook, HookDelivery, Site
from otklik.chat.models.hook import new_hook_secret
from otklik.chat.sending import Line, sender
from otklik.lib.pg import run
from otklik.lib.tokens import random_token
from otklik.people.models import User

# A person waits for the answer to a test.
TEST_SECONDS = 8.0
SHOWN = 20
# Of what was sent, so much is kept for each address; what still waits is always kept.
KEPT = 500

TRIM = """
    DELETE FROM chat_hookdelivery WHERE hook_id = %b AND state <> 'due' AND id < (
        SELECT id FROM chat_hookdelivery WHERE hook_id = %b AND state <> 'due' ORDER BY id DESC OFFSET %b LIMIT 1
    )"""


@transaction.atomic
def add(site: Site, address: str, events: Sequence[str], *, by: User) -> Hook:
    hook = Hook.objects.create(site=site, address=address, events=list(events))
    site_log.record(site, "hook_added", by=by, about=hook.host)
    return hook


@transaction.atomic
def change(hook: Hook, address: str, events: Sequence[str], *, by: User) -> Hook:
    """What waits goes to the new address, too."""
    hook.address, hook.events = address, list(events)
    hook.save(update_fields=["address", "events"])
    site_log.record(hook.site, "hook_changed", by=by, about=hook.host)
    return hook


@transaction.atomic
def pause(hook: Hook, *, by: User) -> None:
    """Nothing is sent and nothing new is written down; what waits already waits on."""
    sending.switch(hook, on=False)
    site_log.record(hook.site, "hook_paused", by=by, about=hook.host)


@transaction.atomic
def resume(hook: Hook, *, by: User) -> None:
    sending.switch(hook, on=True)
    site_log.record(hook.site, "hook_resumed", by=by, about=hook.host)
    waiting = HookDelivery.objects.filter(hook=hook, state=HookDelivery.State.DUE)
    lines = [Line(hook.pk, id) for id in waiting.values_list("conversation_id", flat=True).distinct()]
    transaction.on_commit(lambda: sender.wake(lines))


@transaction.atomic
def change_secret(hook: Hook, *, by: User) -> str:
    """Signatures are made with the new secret from now on, also of what waits."""
    hook.secret = new_hook_secret()
    hook.save(update_fields=["secret"])
    site_log.record(hook.site, "hook_secret_changed", by=by, about=hook.host)
    return hook.secret


@transaction.atomic
def remove(hook: Hook, *, by: User) -> None:
    site_log.record(hook.site, "hook_removed", by=by, about=hook.host)
    hook.delete()


@transaction.atomic
def repeat(delivery: HookDelivery, *, by: User) -> None:
    """The same webhook once more, with the same `X-Chatra-Delivery`, after what waits in its conversation before it."""
    HookDelivery.objects.filter(pk=delivery.pk).exclude(state=HookDelivery.State.DUE).update(
        state=HookDelivery.State.DUE, due_at=timezone.now(), claimed_until=None, sent_at=None
    )
    site_log.record(delivery.hook.site, "webhook_repeated", by=by, about=f"{delivery.event}, {delivery.hook.host}")
    line = Line(delivery.hook_id, delivery.conversation_id)
    transaction.on_commit(lambda: sender.wake([line]))


def test(hook: Hook) -> Outcome:
    """Sends `eventName: "test"` at once, signed like all others; a receiver that does not know it answers 200."""
    hosts = hook.site.hosts
    body = msgspec.json.encode(
        {
            "eventName": "test",
            "hostName": hosts[0] if hosts else urlsplit(settings.PUBLIC_URL).hostname or "",
            "account": {"id": hook.site.public_key},
            "client": {},
            "messages": [],
            "agents": [],
        }
    )
    headers = sending.headers_of(body, hook.secret, random_token(32))
    return hook_call.post(sending.own_client(), hook.address, body, headers, TEST_SECONDS)


def trim() -> None:
    """Keeps the log of each address bounded."""
    for pk in Hook.objects.values_list("pk", flat=True):
        run(TRIM, pk, pk, KEPT)
