"""Whatever is wrong with a remote has a state, a sentence and a next try; nothing is lost, and order is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from otklik.desk.actions import comments
from otklik.desk.models import Comment, Employee, Task
from otklik.integrations import outbox
from otklik.integrations.models import Connection, Delivery
from otklik.integrations.state import state_of
from otklik.integrations.tests.arriving import arrive, feed
from otklik.integrations.tests.cloud import Cloud

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def reply(task: Task, by: Employee, text: str = "Good day!") -> Delivery:
    return Delivery.objects.get(comment=comments.add(task, by=by, text=text, kind="reply"))


def send(delivery: Delivery) -> Delivery:
    """The next try, whenever it is due."""
    Delivery.objects.filter(state="due").update(due_at=timezone.now())
    Connection.objects.update(paused_until=None)
    outbox.drain(delivery.link_id)
    delivery.refresh_from_db()
    return delivery


def mark(delivery: Delivery) -> tuple[str, str]:
    comment = Comment.objects.get(pk=delivery.comment_id or 0)
    return comment.mark, comment.mark_reason


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "Chatra refused the keys. Enter the account's present keys."),
        (402, "This Chatra account has no API access. It needs a paid plan."),
        (403, "This Chatra account has no API access. It needs a paid plan."),
    ],
)
def test_s23_without_access_the_connection_says_why_and_waits(
    cloud: Cloud, task: Task, pavel: Employee, status: int, sentence: str
) -> None:
    cloud.answers(status)
    before = timezone.now()
    delivery = send(reply(task, pavel))

    assert mark(delivery) == ("due", sentence)
    connection = Connection.objects.get()
    assert (state_of(connection).kind, state_of(connection).sentence) == ("paused", sentence)
    assert connection.paused_until and connection.paused_until > before + timedelta(minutes=9)

    # Somebody has mended it: the waiting reply goes out, and the connection says nothing more.
    assert send(delivery).state == "sent"
    assert state_of(Connection.objects.get()).kind == "connected"


def test_wrong_keys_of_a_real_account_are_noticed(cloud: Cloud, task: Task, pavel: Employee) -> None:
    Connection.objects.update(settings={**cloud.settings, "secret_key": "OLD"})

    assert send(reply(task, pavel)).state == "due"
    assert Connection.objects.get().paused_reason.startswith("Chatra refused the keys")
    assert cloud.messages == {}


def test_a_limit_is_obeyed(cloud: Cloud, task: Task, pavel: Employee) -> None:
    cloud.answers(429, Retry_After="120")
    before = timezone.now()
    delivery = send(reply(task, pavel))

    assert delivery.due_at - before > timedelta(seconds=115)
    assert mark(delivery) == ("due", "Chatra cannot take it for now. HTTP 429")
    outbox.drain(delivery.link_id)
    assert len(cloud.asked) == 1
    assert send(delivery).state == "sent"


@pytest.mark.parametrize("status", [404, 400, 413])
def test_a_refusal_is_told_with_its_reason(cloud: Cloud, task: Task, pavel: Employee, status: int) -> None:
    cloud.answers(status, message="There is no such client.")
    delivery = send(reply(task, pavel))

    assert mark(delivery) == ("failed", f"Chatra refused the message. HTTP {status}: There is no such client.")


@pytest.mark.parametrize("trouble", ["silence", "nonsense", "late", "broken", "500"])
def test_i5_an_answer_that_was_lost_is_unknown_and_never_said_to_be_sent(
    cloud: Cloud, task: Task, pavel: Employee, trouble: str
) -> None:
    script: dict[str, Callable[[], None]] = {
        "silence": cloud.silence,
        "nonsense": cloud.nonsense,
        "broken": lambda: cloud.nonsense(b'{"id": '),
        "late": cloud.late,
        "500": lambda: cloud.answers(500),
    }
    script[trouble]()
    delivery = send(reply(task, pavel))

    assert mark(delivery)[0] == "unknown"
    assert mark(delivery)[1]
    assert [attempt.is_ok for attempt in delivery.attempts.all()] == [False]


def test_i3_a_reply_waits_for_the_one_before(cloud: Cloud, task: Task, pavel: Employee) -> None:
    first, second = reply(task, pavel, "one"), reply(task, pavel, "two")
    cloud.answers(503)

    send(first)
    assert cloud.texts == ["one"]
    send(second)
    assert cloud.texts == ["one", "one", "two"]
    assert [one["text"] for one in cloud.messages.values()] == ["one", "two"]


def test_sent_again_is_a_new_attempt(cloud: Cloud, task: Task, pavel: Employee) -> None:
    cloud.silence(is_done=False)
    delivery = send(reply(task, pavel))
    assert delivery.state == "unknown"

    comments.send_again(Comment.objects.get(pk=delivery.comment_id or 0), by=pavel)
    assert send(delivery).state == "sent"

    assert [attempt.is_ok for attempt in delivery.attempts.order_by("pk")] == [False, True]
    assert len(cloud.messages) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer", ["in time", "lost"])
def test_i2_an_echo_that_is_faster_than_the_answer_is_no_second_message(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee, answer: str
) -> None:
    def take(body: bytes) -> None:
        try:
            arrive(shop, body)
        finally:
            connections.close_all()

    cloud.hook, cloud.echoes = take, True
    if answer == "lost":
        cloud.silence()
    delivery = send(reply(task, pavel))

    assert (delivery.state, [delivery.remote_id]) == ("sent", list(cloud.messages))
    assert feed(task) == [("client", "Здравствуйте!"), ("reply", "Good day!")]
