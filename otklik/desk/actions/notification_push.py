"""Messages to browsers in which no page of the desk is open."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from functools import cache
from typing import Any

import httpx2
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from webpush import WebPush, WebPushSubscription

from otklik.desk.actions import company, push
from otklik.desk.actions.notifying import MOST, State, needless
from otklik.desk.models import Employee, Notification, PushSubscription
from otklik.desk.notification_words import told
from otklik.lib import http
from otklik.lib.clocked import ClockedTransport, within
from otklik.lib.sealing import unseal

# Seconds until a message is tried again; after the last it has failed.
AGAIN = (60, 600)
SECONDS = 10.0
# For how long the browser's maker keeps a message for a machine that is off.
KEPT = 4 * 3600
GONE = (404, 410)


def send_due() -> None:
    for _message in range(MOST):
        if not _send_next():
            return


def send_trial(employee: Employee) -> Notification:
    """To all browsers of the person at once; the row tells how it went."""
    one = Notification(employee=employee, kind="trial", channel="push")
    one.save()
    with translation.override(company.language_of(employee)):
        content = {
            "title": _("Trial of notifications"), "text": _("This is how the desk reaches you while it is closed."),
            "tag": "trial", "address": "/notifications/", "isLoud": False,
        }  # fmt: skip
    _finish(one, _send(employee, content), is_last=True)
    return one


@transaction.atomic
def _send_next() -> bool:
    # Locked until it is sent: another worker takes the next one.
    due = Notification.objects.due("push").select_related("employee__user", "task", "event").order_by("due_at")
    one = due.select_for_update(of=("self",), skip_locked=True).first()
    if one is None:
        return False
    shown = Notification.objects.filter(
        employee=one.employee_id, event=one.event_id, kind=one.kind, channel="browser", state=State.SENT
    )
    if why := needless(one) or ("shown" if shown.exists() else ""):
        one.finish(State.DROPPED, why)
        return True
    with translation.override(company.language_of(one.employee)):
        content = told(one)
    _finish(one, _send(one.employee, content), is_last=one.attempts >= len(AGAIN))
    return True


def _finish(one: Notification, faults: list[str] | None, *, is_last: bool) -> None:
    """`faults`: what the browsers' makers said, one for each browser; empty where one of them has taken it."""
    if faults is None:
        one.finish(State.DROPPED, "no_push")
    elif "" in faults:
        one.finish(State.SENT)
    elif is_last:
        one.finish(State.FAILED, "push_refused", "; ".join(faults))
    else:
        one.words, one.due_at = "; ".join(faults)[:500], timezone.now() + timedelta(seconds=AGAIN[one.attempts])
        one.attempts += 1
        one.save(update_fields=["words", "due_at", "attempts"])


def _send(employee: Employee, content: dict[str, Any]) -> list[str] | None:
    """None: no browser of this person wants to be told."""
    found = list(PushSubscription.objects.filter(employee=employee))
    if not found:
        return None
    keys = push.keys()
    pusher = WebPush(unseal(keys.private).encode(), keys.public.encode(), subscriber=_sender(), ttl=KEPT)
    faults = [fault for one in found if (fault := _sent(pusher, one, content)) is not None]
    return faults or None


def _sent(pusher: WebPush, one: PushSubscription, content: dict[str, Any]) -> str | None:
    """Empty: it is taken. None: this browser is no more."""
    address = WebPushSubscription.model_validate(
        {"endpoint": one.endpoint, "keys": {"p256dh": one.p256dh, "auth": one.auth}}
    )
    message = pusher.get(content, address)
    # One conversation stands once in the queue of a machine that is off.
    headers = {**message.headers, "topic": content["tag"], "urgency": "high" if content["isLoud"] else "normal"}
    try:
        with within(SECONDS):
            answer = _client().post(one.endpoint, content=message.encrypted, headers=headers)
    except httpx2.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    if answer.status_code in GONE:
        one.delete()
        return None
    if answer.is_success:
        PushSubscription.objects.filter(pk=one.pk).update(used_at=timezone.now())
        return ""
    return f"{answer.status_code} {answer.text[:100]}"


def _sender() -> str:
    """Whom the browsers' makers may write to: an address alone, without the name before it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


@cache
def _client() -> httpx2.Client:
    return http.guarded_client(ClockedTransport())
