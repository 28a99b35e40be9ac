"""What a transcript brings late, and what was never told as a whole, is reported with the way to the task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.models import Comment, Employee, Task
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.integrations.models import Connection, Gap, Link
from otklik.integrations.tests.arriving import arrive, client, hook, message

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
