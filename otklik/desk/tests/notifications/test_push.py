"""Browsers are told while no page of the desk is open (contracts/planfix-behaviour.md §9; RFC 8030, RFC 8291)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.utils import timezone

from otklik.desk.actions import notification_push, notifying, push
from otklik.desk.actions.notifying import Able
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Notification, PushSubscription
from otklik.desk.tests.notifications.push_service import PushService
from otklik.desk.tests.notifications.test_rules import became_of, begun, known, replied
from otklik.desk.tests.screens.stage import Writer, signed_in, words

__all__ = ["begun"]

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"


@pytest.fixture
def phone(settings: Any) -> Iterator[PushService]:
    with PushService() as phone:
        settings.INTERNAL_HOSTS = [f"127.0.0.1:{phone.port}"]
        yield phone


def told(phone: PushService, who: Employee) -> None:
    answer = signed_in(who).post("/notifications/push/", phone.subscription, headers={"User-Agent": AGENT})
    assert answer.status_code == 204


def sends() -> None:
    """As if the seconds had passed in which an open page may be quicker."""
    Notification.objects.filter(channel="push").update(due_at=timezone.now() - timedelta(seconds=1))
    notification_push.send_due()


def test_9_a_message_reaches_the_browser_sealed_for_it_alone(phone: PushService, liza: Writer, pavel: Employee) -> None:
    task = known(liza.says("Hello"))
    told(phone, pavel)
    liza.says("Are you there?")
    notifying.plan()

    sends()

    [content] = phone.told
    assert content["text"] == "Liza (Chatra)\nAre you there?" and content["tag"] == f"task-{task.pk}"
    assert content["address"] == f"/tasks/{task.number}/" and content["isLoud"] is False
    [headers] = phone.headers
    assert headers["content-encoding"] == "aes128gcm" and headers["topic"] == f"task-{task.pk}"
    assert headers["authorization"].startswith("vapid t=") and push.keys().for_browsers in headers["authorization"]
    assert became_of(pavel, "push") == [("sent", "")]


def test_the_maker_is_told_a_plain_address_to_write_to(
    phone: PushService, settings: Any, liza: Writer, pavel: Employee
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Shop <desk@shop.example.com>"
    known(liza.says("Hello"))
    told(phone, pavel)
    liza.says("Are you there?")
    notifying.plan()

    sends()

    signed = phone.headers[0]["authorization"].removeprefix("vapid t=").partition(",")[0]
    claims = jwt.decode(signed, push.keys().public, algorithms=["ES256"], options={"verify_aud": False})
    assert claims["sub"] == "mailto:desk@shop.example.com"


def test_9_who_has_no_such_browser_has_a_row_that_says_so(liza: Writer, pavel: Employee) -> None:
    liza.says("Hello")
    notifying.plan()
    assert became_of(pavel, "push", "new_task") == [("dropped", "no_push")]


def test_9_what_was_answered_or_shown_meanwhile_is_not_sent(
    phone: PushService, liza: Writer, oleg: Writer, pavel: Employee, alice: Employee
) -> None:
    hers, his = known(liza.says("Hello")), known(oleg.says("Hello"))
    told(phone, pavel)
    liza.says("Are you there?")
    oleg.says("And here?")
    notifying.plan()
    replied(hers, alice)
    notifying.hand_out(pavel, Able())

    sends()

    assert phone.told == [] and his.pk
    assert sorted(became_of(pavel, "push")) == [("dropped", "answered"), ("dropped", "shown")]


def test_9_a_browser_that_is_no_more_is_forgotten(phone: PushService, liza: Writer, pavel: Employee) -> None:
    known(liza.says("Hello"))
    told(phone, pavel)
    phone.status = 410
    liza.says("Are you there?")
    notifying.plan()

    sends()

    assert not PushSubscription.objects.exists() and became_of(pavel, "push") == [("dropped", "no_push")]


def test_9_a_maker_who_refuses_is_asked_again_and_his_words_are_kept(
    phone: PushService, liza: Writer, pavel: Employee
) -> None:
    known(liza.says("Hello"))
    told(phone, pavel)
    phone.status = 500
    liza.says("Are you there?")
    notifying.plan()

    for _attempt in range(4):
        sends()

    assert len(phone.headers) == 3 and became_of(pavel, "push") == [("failed", "push_refused")]
    assert "500" in Notification.objects.get(employee=pavel, channel="push").words


def test_9_one_sees_ones_browsers_tries_them_and_forgets_them(phone: PushService, pavel: Employee) -> None:
    browser = signed_in(pavel)
    assert "No browser of this person is told" in words(browser.post("/notifications/push/trial/", follow=True))
    told(phone, pavel)
    assert "Chrome 130, Windows 10" in words(browser.get("/notifications/"))

    assert "A message is on its way" in words(browser.post("/notifications/push/trial/", follow=True))
    assert phone.told[0]["tag"] == "trial"
    browser.post("/notifications/push/removal/", {"browser": PushSubscription.objects.get().pk})
    assert not PushSubscription.objects.exists()


def test_9_a_browser_belongs_to_whoever_uses_it_last(phone: PushService, pavel: Employee, alice: Employee) -> None:
    told(phone, pavel)
    told(phone, alice)
    assert PushSubscription.objects.get().employee == alice
    # Nobody forgets the browser of somebody else.
    push.forget(pavel, endpoint=phone.endpoint)
    push.forget(pavel, pk=PushSubscription.objects.get().pk)
    assert PushSubscription.objects.exists()
    push.forget(alice, endpoint=phone.endpoint)
    assert not PushSubscription.objects.exists()


def test_9_only_the_latest_browsers_of_a_person_are_kept(phone: PushService, pavel: Employee) -> None:
    for number in range(push.MOST + 2):
        endpoint = f"https://push.example.com/{number}"
        push.subscribe(pavel, **{**phone.subscription, "endpoint": endpoint}, user_agent=AGENT)
    kept = PushSubscription.objects.filter(employee=pavel)
    assert kept.count() == push.MOST and not kept.filter(endpoint__endswith="/0").exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint": "http://push.example.com/"}, {"endpoint": "ftp://push.example.com/"}, {"endpoint": ""},
        {"endpoint": "https://push.example.com/" + "x" * 1000}, {"p256dh": "short"}, {"auth": "ü"}, {"auth": ""},
    ],
)  # fmt: skip
def test_what_is_no_browser_is_refused(phone: PushService, pavel: Employee, changed: dict[str, str]) -> None:
    with pytest.raises(Refused):
        push.subscribe(pavel, **{**phone.subscription, **changed}, user_agent="")
    assert signed_in(pavel).post("/notifications/push/", phone.subscription | changed).status_code == 422


def test_an_address_within_our_own_network_is_never_called(
    phone: PushService, settings: Any, liza: Writer, pavel: Employee
) -> None:
    known(liza.says("Hello"))
    told(phone, pavel)
    PushSubscription.objects.update(endpoint=f"https://127.0.0.1:{phone.port}/push/abc")
    settings.INTERNAL_HOSTS = []
    liza.says("Are you there?")
    notifying.plan()

    sends()

    assert phone.headers == []
    assert "does not lead to a public address" in Notification.objects.get(employee=pavel, channel="push").words


def test_the_worker_stands_at_the_root(client: Any) -> None:
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"] == "text/javascript" and answer["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.content
