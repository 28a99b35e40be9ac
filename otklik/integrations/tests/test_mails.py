"""S24: a reply that goes on by mail says so in the task, and can be kept back there."""

from __future__ import annotations

import pytest

from otklik.desk.actions import comments
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.tests.screens.stage import signed_in
from otklik.integrations import mailed, outbox
from otklik.integrations.models import Connection, Delivery
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.remote import Chatra

pytestmark = pytest.mark.django_db


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
