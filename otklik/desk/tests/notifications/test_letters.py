"""Letters to employees, through a real mail server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from otklik.desk.actions import comments, making, notification_mail, notifying, tasks
from otklik.desk.models import Employee, Notice, Notification, Task
from otklik.desk.tests.browser.running_desk import free_port
from otklik.desk.tests.screens.stage import Writer, signed_in, words


class PostOffice:
    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.says = "250 Taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.says.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=policy.default)
            self.letters.append(letter)
        return self.says


@pytest.fixture
def post(settings: object) -> Iterator[PostOffice]:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    given = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": controller.port, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}
    given["EMAIL_BACKEND"] = "django.core.mail.backends.smtp.EmailBackend"
    for name, value in given.items():
        setattr(settings, name, value)
    yield office
    controller.stop()


@pytest.fixture
def asked(liza: Writer, pavel: Employee, alice: Employee) -> Task:
    """Only Pavel is to get a letter about Liza's question, and its time has come."""
    task = liza.says("Hello")
    notifying.plan()
    Notification.objects.all().delete()
    Notice.objects.update(read_at=timezone.now())
    liza.says("Where is my parcel?")
    liza.says("It is urgent")
    notifying.plan()
    Notification.objects.exclude(employee=pavel, channel="email").delete()
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    pavel.user.language = "en"
    pavel.user.save()
    return task


def letter_of(who: Employee) -> Notification:
    return Notification.objects.filter(employee=who, channel="email").exclude(why="together").get()


def test_one_letter_tells_all_that_is_unread(post: PostOffice, asked: Task, pavel: Employee) -> None:
    notification_mail.send_due()
    notification_mail.send_due()

    [letter] = post.letters
    assert letter["To"] == pavel.user.email
    assert letter["Subject"] == "A client wrote: Liza (Chatra)"
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_content()
    assert body.index("Where is my parcel?") < body.index("It is urgent")
    assert f"/tasks/{asked.number}/" in body
    assert (letter_of(pavel).state, letter_of(pavel).words) == ("sent", pavel.user.email)


def test_a_letter_is_needless_once_somebody_answered(
    post: PostOffice, asked: Task, pavel: Employee, alice: Employee
) -> None:
    comments.add(Task.objects.get(pk=asked.pk), by=alice, text="Tomorrow", kind="reply")

    notification_mail.send_due()

    assert post.letters == []
    assert (letter_of(pavel).state, letter_of(pavel).why) == ("dropped", "answered")


def test_a_server_that_refuses_is_quoted(post: PostOffice, asked: Task, pavel: Employee) -> None:
    post.says = "550 No such mailbox here"

    notification_mail.send_due()

    assert letter_of(pavel).state == "failed"
    assert letter_of(pavel).words == "550 No such mailbox here"
    assert "550 No such mailbox here" in words(signed_in(pavel).get("/notifications/history/"))


def test_a_server_that_is_busy_is_asked_again(post: PostOffice, asked: Task, pavel: Employee) -> None:
    post.says = "451 Come back later"
    notification_mail.send_due()
    waiting = letter_of(pavel)
    assert (waiting.state, waiting.words, waiting.attempts) == ("due", "451 Come back later", 1)
    assert waiting.due_at > timezone.now()
    post.says = "250 Taken"
    Notification.objects.update(due_at=timezone.now())

    notification_mail.send_due()

    assert len(post.letters) == 1
    assert letter_of(pavel).state == "sent"


def test_a_name_with_line_breaks_makes_no_headers(post: PostOffice, asked: Task, pavel: Employee) -> None:
    Task.objects.filter(pk=asked.pk).update(name="Liza\r\nBcc: evil@example.com")

    notification_mail.send_due()

    [letter] = post.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "A client wrote: Liza Bcc: evil@example.com"


def test_without_a_mail_server_it_is_said_so(asked: Task, pavel: Employee, settings: object) -> None:
    for name, value in {"EMAIL_HOST": "", "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}.items():
        setattr(settings, name, value)

    notification_mail.send_due()

    assert (letter_of(pavel).state, letter_of(pavel).why) == ("failed", "no_mail")


def test_a_trial_letter_tells_how_it_went(post: PostOffice, pavel: Employee) -> None:
    browser = signed_in(pavel)

    went = browser.post("/notifications/trial/", follow=True)
    assert f"The mail server has taken a letter for {pavel.user.email}." in words(went)
    assert len(post.letters) == 1

    post.says = "554 You are on a list"
    failed = browser.post("/notifications/trial/", follow=True)
    assert "The mail server did not take the letter. 554 You are on a list" in words(failed)


def test_6_a_letter_says_why_a_task_is_refused(pavel: Employee, alice: Employee, post: PostOffice) -> None:
    people = {"assignee": [f"employee-{alice.pk}"], "participant": [], "auditor": []}
    task = making.make({"name": "Count the microphones", "description": "", **people}, by=pavel)
    pavel.user.language = "en"
    pavel.user.save()
    tasks.reject(task, by=alice, reason="The store does that")
    notifying.plan()
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    notification_mail.send_due()

    letters = [letter for letter in post.letters if letter["To"] == pavel.user.email]
    assert [letter["Subject"] for letter in letters] == ["A task is rejected: Count the microphones"]
    assert "Status: Rejected — The store does that" in letters[0].get_content()
