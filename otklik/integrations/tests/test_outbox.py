from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from otklik.desk.actions import comments
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Comment, Employee, Task
from otklik.integrations import outbox
from otklik.integrations.models import Connection, Delivery, Link
from otklik.integrations.tests.arriving import arrive, client, feed, hook, message
from otklik.integrations.tests.remote import Chatra

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(shop: Connection) -> Task:
    arrive(shop, hook("chatStarted", client(), message("m1", "Здравствуйте!")))
    return Task.objects.get()


def reply(task: Task, by: Employee, text: str = "Добрый день!") -> Delivery:
    comment = comments.add(task, by=by, text=text, kind="reply")
    return Delivery.objects.get(comment=comment)


def send(delivery: Delivery) -> Delivery:
    Delivery.objects.update(due_at=timezone.now(), claimed_until=None)
    outbox.drain(delivery.link_id)
    delivery.refresh_from_db()
    return delivery


def test_s16_a_reply_reaches_the_chat_in_the_name_of_the_account(chatra: Chatra, task: Task, pavel: Employee) -> None:
    delivery = send(reply(task, pavel))

    sent = json.loads(chatra.requests[0].content)
    assert (sent["clientId"], sent["text"], sent["agentName"]) == ("client-liza", "Добрый день!", "shop.example.com")
    assert sent["receivedFrom"] == "otklik"
    assert chatra.requests[0].headers["Authorization"] == "Chatra.Simple PUBLIC:SECRET"
    assert (delivery.state, delivery.remote_id) == ("sent", "remote-1")
    assert delivery.comment is not None
    assert Comment.objects.get(pk=delivery.comment.pk).mark == "sent"


def test_i6_a_note_is_never_delivered(chatra: Chatra, task: Task, pavel: Employee) -> None:
    note = comments.add(task, by=pavel, text="He is angry", kind="note")

    assert not Delivery.objects.exists()
    link = Link.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(link=link, comment=note, text=note.text)
        connection.check_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=note.pk).update(kind="reply")


def test_only_assignees_and_administrators_answer(task: Task, boris: Employee, olga: Employee) -> None:
    with pytest.raises(NotAllowed):
        comments.add(task, by=boris, text="Hi", kind="reply")
    assert comments.add(task, by=olga, text="Hi", kind="reply").mark == "due"


def test_replies_go_out_in_order_and_wait_for_the_one_before(chatra: Chatra, task: Task, pavel: Employee) -> None:
    first, second = reply(task, pavel, "one"), reply(task, pavel, "two")
    chatra.answer(503)

    send(first)
    assert chatra.texts == ["one"]

    send(second)
    assert chatra.texts == ["one", "one", "two"]


def test_a_lost_answer_of_the_cloud_is_unknown_until_its_echo(
    chatra: Chatra, shop: Connection, task: Task, pavel: Employee
) -> None:
    chatra.answers.append(httpx2.ReadTimeout("silence"))
    delivery = send(reply(task, pavel))
    assert delivery.state == "unknown"

    echo = message("e1", "Добрый день!", "agent", receivedFrom="otklik")
    arrive(shop, hook("chatFragment", client(), echo))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == ("sent", "e1")
    assert feed(task) == [("client", "Здравствуйте!"), ("reply", "Добрый день!")]


def test_a_lost_answer_of_our_own_chat_is_asked_for_again(
    chatra: Chatra, shop: Connection, task: Task, pavel: Employee
) -> None:
    Connection.objects.update(settings={**shop.settings, "has_idempotency": True})
    chatra.answers.append(httpx2.ReadTimeout("silence"))
    delivery = reply(task, pavel)

    assert send(delivery).state == "due"
    assert send(delivery).state == "sent"

    keys = {request.headers["Idempotency-Key"] for request in chatra.requests}
    assert keys == {str(delivery.key)}


def test_an_echo_before_the_answer_is_no_second_message(
    chatra: Chatra, shop: Connection, task: Task, pavel: Employee
) -> None:
    def echo_first(request: httpx2.Request) -> Any:
        text = json.loads(request.content)["text"]
        arrive(shop, hook("chatFragment", client(), message("e1", text, "agent", receivedFrom="otklik")))
        return 200, {"id": "e1"}, {}

    chatra.answers.append(echo_first)
    delivery = send(reply(task, pavel))

    assert (delivery.state, delivery.remote_id) == ("sent", "e1")
    assert len(feed(task)) == 2
    arrive(shop, hook("chatTranscript", client(), message("m1"), message("e1", "Добрый день!", "agent")))
    assert len(feed(task)) == 2


def test_refused_key_pauses_the_connection(chatra: Chatra, task: Task, pavel: Employee) -> None:
    chatra.answer(401)

    delivery = send(reply(task, pavel))

    assert delivery.state == "due"
    assert Connection.objects.get().paused_reason.startswith("Chatra refused the keys")
    assert send(delivery).state == "due"
    assert len(chatra.requests) == 1


def test_s23_an_account_without_api_says_so(chatra: Chatra, task: Task, pavel: Employee) -> None:
    chatra.answer(403)
    send(reply(task, pavel))
    assert "no API access" in Connection.objects.get().paused_reason


def test_the_remote_may_ask_to_wait(chatra: Chatra, task: Task, pavel: Employee) -> None:
    chatra.answer(429, **{"Retry-After": "120"})
    before = timezone.now()
    delivery = send(reply(task, pavel))
    assert delivery.state == "due"
    assert (delivery.due_at - before).total_seconds() > 100


def test_a_refused_reply_failed_with_its_reason_and_can_be_sent_again(
    chatra: Chatra, task: Task, pavel: Employee
) -> None:
    chatra.answer(404, {"error": {"code": "not_found", "message": "There is no such client."}})
    delivery = send(reply(task, pavel))
    assert delivery.comment is not None
    comment = Comment.objects.get(pk=delivery.comment.pk)
    assert (comment.mark, "no such client" in comment.mark_note) == ("failed", True)

    comments.send_again(comment, by=pavel)
    delivery = send(delivery)

    assert delivery.state == "sent"
    assert [attempt.is_ok for attempt in delivery.attempts.order_by("pk")] == [False, True]


def test_a_killed_sender_of_the_cloud_leaves_an_unknown_reply(chatra: Chatra, task: Task, pavel: Employee) -> None:
    delivery = reply(task, pavel)
    Delivery.objects.update(state="sending", claimed_until=timezone.now())

    assert send(delivery).state == "unknown"
    assert not chatra.requests


def test_8_3_seen_replies_get_the_second_mark(chatra: Chatra, shop: Connection, task: Task, pavel: Employee) -> None:
    delivery = send(reply(task, pavel))

    arrive(shop, {"eventName": "messageRead", "client": client(), "messages": [{"id": "remote-1"}]})

    assert delivery.comment is not None
    assert Comment.objects.get(pk=delivery.comment.pk).mark == "read"


def test_the_sweep_finds_what_nobody_is_sending(task: Task, pavel: Employee) -> None:
    delivery = reply(task, pavel)
    assert outbox.due_links() == [delivery.link_id]
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    assert outbox.due_links() == []
