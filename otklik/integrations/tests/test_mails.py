"""S24: a reply that goes on by mail says so in the task, and can be kept back there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otklik.desk.actions import attending, comments
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.tests.screens.stage import signed_in
from otklik.integrations import mailed, outbox
from otklik.integrations.attention import Attention
from otklik.integrations.models import Connection, Delivery
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.remote import Chatra

pytestmark = pytest.mark.django_db


class AtOnce(Attention):
    """What a page asks of the remote is done before the page answers."""

    def cancel_mail(self, comment: Comment) -> None:
        mailed.cancel(comment)


@pytest.fixture
def asked_at_once() -> Iterator[None]:
    attendants = attending._attendants
    before = list(attendants)
    attendants[:] = [AtOnce()]
    yield
    attendants[:] = before


@pytest.fixture
def reply(shop: Connection, pavel: Employee, chatra: Chatra) -> Comment:
    """Pavel's, and the chat has it."""
    arrive(shop, hook("chatStarted", client(), message("m1")))
    delivery = Delivery.objects.get(comment=comments.add(Task.objects.get(), by=pavel, text="Good day!", kind="reply"))
    outbox.drain(delivery.link_id)
    assert delivery.comment is not None
    return Comment.objects.get(pk=delivery.comment.pk)


def tells(shop: Connection, reply: Comment, state: str) -> None:
    known = Delivery.objects.get(comment=reply).remote_id
    mail = {"state": state, "at": 1_900_000_000_000}
    arrive(shop, {"eventName": "messageMail", "client": client(), "messages": [{"id": known}], "mail": mail})


@pytest.mark.parametrize(
    ("state", "words"),
    [("due", "By mail in"), ("sent", "Sent by mail"), ("bounced", "did not get the mail"), ("failed", "did not get")],
)
def test_s24_a_reply_says_how_its_mail_fares(
    state: str, words: str, shop: Connection, reply: Comment, pavel: Employee
) -> None:
    tells(shop, reply, state)

    page = signed_in(pavel).get(f"/tasks/{reply.task.number}/").content.decode()
    assert words in page
    tells(shop, reply, "cancelled")
    assert words not in signed_in(pavel).get(f"/tasks/{reply.task.number}/").content.decode()


def test_s24_a_mail_that_waits_is_kept_back_at_the_chat(reply: Comment, chatra: Chatra) -> None:
    mailed.cancel(reply)

    assert (chatra.requests[-1].method, chatra.requests[-1].url.path[-5:]) == ("DELETE", "/mail")


def test_s24_do_not_send_in_the_task_is_for_who_may_reply(
    shop: Connection, reply: Comment, pavel: Employee, boris: Employee, chatra: Chatra, asked_at_once: None
) -> None:
    tells(shop, reply, "due")
    address = f"/tasks/{reply.task.number}/comments/{reply.number}/mail/"
    before = len(chatra.requests)

    assert signed_in(boris).post(address).status_code == 404
    assert signed_in(pavel).get(address).status_code == 405
    assert len(chatra.requests) == before
    assert signed_in(pavel).post(address).status_code == 302
    assert (chatra.requests[-1].method, chatra.requests[-1].url.path[-5:]) == ("DELETE", "/mail")
