"""What a transcript brings late, and what was never told as a whole, is reported with the way to the task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.models import Comment, Employee, Task
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.integrations.models import Connection, Gap, Link
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.people.models import User

pytestmark = pytest.mark.django_db


def screen(shop: Connection, who: Employee) -> str:
    return words(signed_in(who).get(f"/integrations/{shop.pk}/"))


def test_what_only_the_transcript_brought_is_a_gap_of_the_connection(shop: Connection, olga: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    transcript = hook("chatTranscript", client(), message("m1"), message("lost"), message("lost too", kind="agent"))

    arrive(shop, transcript)
    arrive(shop, transcript)

    gap = Gap.objects.get()
    assert (gap.lines, gap.task, gap.conversation) == (2, Task.objects.get(), "chat-liza")
    assert Link.objects.get().transcript_at
    shown = screen(shop, olga)
    assert "2 messages were found late" in shown
    assert f"№ {gap.task.number}" in shown
    assert "without a transcript" not in shown
    told = words(signed_in(olga).get(f"/tasks/{gap.task.number}/"))
    assert told.count("found late, written at") == 2


def test_a_gap_is_dismissed_by_name(shop: Connection, olga: Employee, pavel: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    arrive(shop, hook("chatTranscript", client(), message("m1"), message("lost")))
    dismissal = f"/integrations/{shop.pk}/gaps/{Gap.objects.get().pk}/dismissal/"
    assert signed_in(pavel).post(dismissal).status_code == 404
    assert Gap.objects.get().dismissed_at is None

    assert signed_in(olga).post(dismissal).status_code == 302

    shown = screen(shop, olga)
    assert "found late" not in shown
    assert "Dismissed: 1" in shown and "Olga," in shown
    when = Gap.objects.get().dismissed_at
    signed_in(olga).post(dismissal)
    assert Gap.objects.get().dismissed_at == when


def test_a_whole_transcript_leaves_no_gap(shop: Connection, olga: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    arrive(shop, hook("chatTranscript", client(), message("m1")))

    assert not Gap.objects.exists()
    assert "Gaps" not in screen(shop, olga)


def test_a_conversation_that_was_never_told_as_a_whole_is_reported_once_it_is_quiet(
    shop: Connection, olga: Employee
) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    Link.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert "without a transcript" not in screen(shop, olga)

    Comment.objects.update(at=timezone.now() - timedelta(days=3))

    assert "1 conversation ended without a transcript" in screen(shop, olga)


def test_a_message_of_the_console_belongs_to_the_employee_with_that_email_or_to_the_chat_user(
    shop: Connection, pavel: Employee
) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    agents = [
        {"id": "a1", "name": "Паша", "email": pavel.user.email.upper()},
        {"id": "a2", "name": "Night shift", "email": "night@example.com"},
    ]
    mine = message("m2", "From me", "agent", agentId="a1")
    theirs = message("m3", "From the night", "agent", agentId="a2")

    arrive(shop, hook("chatFragment", client(), mine, theirs, agents=agents))
    arrive(shop, hook("chatTranscript", client(), message("m1"), mine, theirs, agents=agents))

    told = [(one.text, one.author, one.employee) for one in Comment.objects.filter(kind="reply").order_by("number")]
    assert told == [("From me", "Pavel", pavel), ("From the night", "Night shift", None)]


def test_who_only_signed_up_speaks_and_sees_as_nobody_of_the_desk(shop: Connection, olga: Employee) -> None:
    """Her e-mail is not proven, and an employee is more than an e-mail."""
    eve = User.objects.create_user("night@example.com", name="Eve")
    arrive(shop, hook("chatStarted", client(), message("m1")))
    agents = [{"id": "a2", "name": "Night shift", "email": "night@example.com"}]

    arrive(shop, hook("chatFragment", client(), message("m2", "Hi", "agent", agentId="a2"), agents=agents))

    comment = Comment.objects.get(kind="reply")
    assert (comment.author, comment.employee) == ("Night shift", None)
    assert not Employee.objects.filter(user=eve).exists()
    assert signed_in(eve).get(f"/tasks/{comment.task.number}/").status_code in (403, 404)
