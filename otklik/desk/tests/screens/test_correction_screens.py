from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.actions import comments, corrections
from otklik.desk.models import Comment, Employee, Role, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, part, signed_in, words
from otklik.integrations import correcting, outbox
from otklik.integrations.models import Connection, Delivery, Link
from otklik.integrations.tests.cloud import Cloud, running_cloud


@pytest.fixture
def cloud(shop: Connection) -> Iterator[Cloud]:
    with running_cloud() as running:
        Connection.objects.update(settings=running.settings)
        yield running


@pytest.fixture
def task(cloud: Cloud, shop: Connection, liza: Writer) -> Task:
    """Liza's conversation, whose replies go to the cloud."""
    task = liza.says("Hello")
    target = task.targets.get()
    target.source = shop.source
    target.save()
    Link.objects.create(connection=shop, remote_id=target.remote_id, client_remote_id="client-Liza", task=task,
                        identity=target.identity)  # fmt: skip
    return task


def reply(task: Task, by: Employee, text: str = "Good day!") -> Comment:
    comment = comments.add(task, by=by, text=text, kind="reply")
    outbox.drain(Delivery.objects.get(comment=comment).link_id)
    return Comment.objects.get(pk=comment.pk)


def post(browser: Client, comment: Comment, what: str, **given: str) -> Any:
    return browser.post(f"/tasks/{comment.task.number}/comments/{comment.number}/{what}/", given, headers=by_htmx())


def shown(who: Employee, comment: Comment) -> str:
    page = signed_in(who).get(f"/tasks/{comment.task.number}/")
    return part(page, f"comment-{comment.number}")


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_an_edited_reply_shows_when_and_what_stood_there(task: Task, pavel: Employee, boris: Employee) -> None:
    comment = reply(task, pavel, "Godo day!")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)
    browser = signed_in(pavel)
    form = browser.get(f"/tasks/{task.number}/comments/{comment.number}/text/", headers=by_htmx())
    assert "Godo day!</textarea>" in form.content.decode()

    answer = post(browser, comment, "text", text="Good day!")

    assert "feed-changed" in answer.headers["HX-Trigger"]
    assert feed_of(task)[1] == ("reply", "Good day!")
    told = text_of(shown(pavel, comment))
    assert "edited, " in told and "Godo day!" in told and "The client still sees the earlier text." in told
    for_boris = text_of(shown(boris, comment))
    assert "edited" in for_boris and "Godo day!" not in for_boris

    for pk in correcting.due():
        correcting.bring(pk)
    assert "The client still sees" not in text_of(shown(pavel, comment))


def test_bad_texts_are_refused_beside_the_field_and_kept(task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    browser = signed_in(pavel)

    long, empty = post(browser, comment, "text", text="x" * 5001), post(browser, comment, "text", text=" ")

    assert (long.status_code, empty.status_code) == (422, 422)
    assert "At most 5000 characters fit" in words(long) and "x" * 5001 in long.content.decode()
    assert 'role="alert"' in empty.content.decode()
    assert feed_of(task)[1] == ("reply", "Good day!")


def test_a_withdrawn_reply_says_by_whom_and_hides_its_text_from_onlookers(
    task: Task, pavel: Employee, olga: Employee, boris: Employee
) -> None:
    comment = reply(task, pavel)
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)

    post(signed_in(olga), comment, "withdrawal")

    assert "withdrawn by Olga" in text_of(shown(pavel, comment))
    assert "Good day!" in text_of(shown(pavel, comment))
    assert "withdrawn by Olga" in text_of(shown(boris, comment))
    assert "Good day!" not in text_of(shown(boris, comment))
    assert "/withdrawal/" not in shown(pavel, comment)


def test_nobody_else_is_offered_or_granted_a_correction(
    task: Task, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    comment = reply(task, pavel)
    assert "/text/" in shown(pavel, comment)
    assert "/text/" not in shown(alice, comment)

    assert post(signed_in(alice), comment, "text", text="Mine").status_code == 422
    assert post(signed_in(alice), comment, "withdrawal").status_code == 422
    assert post(signed_in(boris), comment, "withdrawal").status_code == 404
    assert feed_of(task)[1] == ("reply", "Good day!")


def test_what_a_client_wrote_cannot_be_touched(task: Task, olga: Employee) -> None:
    assert post(signed_in(olga), task.comments.get(), "text", text="I never said that").status_code == 404


def test_i2_the_same_key_again_finds_the_first(task: Task, pavel: Employee, alice: Employee) -> None:
    given = {"kind": "reply", "text": "Good day!", "key": "a1b2"}
    address = f"/tasks/{task.number}/comments/"

    first, again = (signed_in(pavel).post(address, given, headers=by_htmx()) for _time in range(2))

    assert (first.status_code, again.status_code) == (204, 204)
    assert first.headers["HX-Trigger"] == again.headers["HX-Trigger"]
    assert len(feed_of(task)) == 2
    # The key is its author's, and a text of its own has one of its own.
    signed_in(alice).post(address, given, headers=by_htmx())
    signed_in(pavel).post(address, {**given, "key": "c3d4"}, headers=by_htmx())
    assert len(feed_of(task)) == 4


def test_a_held_reply_counts_down_and_its_text_comes_back(task: Task, cloud: Cloud, pavel: Employee) -> None:
    browser = signed_in(pavel)
    browser.post("/hold/", {"hold": "20"}, headers=by_htmx())
    page = browser.get(f"/tasks/{task.number}/").content.decode()
    assert '<option value="20" selected>' in page

    browser.post(f"/tasks/{task.number}/comments/", {"kind": "reply", "text": "Oops"}, headers=by_htmx())
    comment = task.comments.get(kind="reply")
    outbox.drain(Delivery.objects.get(comment=comment).link_id)
    assert "<hold-timer" in shown(pavel, comment)

    answer = post(browser, comment, "undoing")

    assert json.loads(answer.headers["HX-Trigger"])["comment-undone"] == {"kind": "reply", "text": "Oops"}
    assert "taken back by Pavel before it was sent" in text_of(shown(pavel, comment))
    assert cloud.asked == []


def test_a_note_is_never_held(task: Task, pavel: Employee) -> None:
    Employee.objects.update(hold_seconds=30)
    signed_in(pavel).post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": "Note"}, headers=by_htmx())

    assert task.comments.get(kind="note").due_at is None


@pytest.mark.parametrize("hold", ["-1", "7", "x", "99999999999"])
def test_odd_holds_are_ignored(task: Task, pavel: Employee, hold: str) -> None:
    browser = signed_in(pavel)
    browser.post("/hold/", {"hold": hold}, headers=by_htmx())
    given = {"kind": "reply", "text": "Good day!", "hold": hold}
    browser.post(f"/tasks/{task.number}/comments/", given, headers=by_htmx())

    assert task.comments.get(kind="reply").due_at is None


def test_8_3_the_mark_opens_the_report_of_all_tries(task: Task, cloud: Cloud, pavel: Employee) -> None:
    cloud.answers(404, message="There is no such client.")
    comment = reply(task, pavel)
    comments.send_again(comment, by=pavel)
    outbox.drain(Delivery.objects.get().link_id)
    address = f"/tasks/{task.number}/comments/{comment.number}/report/"
    assert address in shown(pavel, comment)

    told = words(signed_in(pavel).get(address, headers=by_htmx()))

    assert "Date Channel Recipient Status Reason" in told
    assert "Chatra (shop.example.com) Liza Not sent Chatra refused the message. HTTP 404: There is no such" in told
    assert "Liza Sent —" in told
    assert signed_in(pavel).get(address).status_code == 200


def test_a_reply_that_waits_says_why_and_until_when(task: Task, cloud: Cloud, pavel: Employee, olga: Employee) -> None:
    cloud.answers(429, Retry_After="3600")
    comment = reply(task, pavel)
    assert comment.due_at and comment.due_at > timezone.now()

    told = text_of(shown(pavel, comment))

    assert "Chatra cannot take it for now. HTTP 429" in told and "Next try: " in told
    state = words(signed_in(olga).get(f"/integrations/{Connection.objects.get().pk}/"))
    assert "Chatra cannot take it for now. HTTP 429 1 answer waits. Next try: " in state


def test_without_scripts_forms_are_pages(task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    browser = signed_in(pavel)
    address = f"/tasks/{task.number}/comments/{comment.number}"

    assert browser.get(f"{address}/text/").status_code == 200
    assert browser.get(f"{address}/withdrawal/").status_code == 200
    assert browser.post(f"{address}/text/", {"text": "Better"}).status_code == 302
    corrections.withdraw(comment, by=pavel)
    assert browser.post(f"{address}/withdrawal/").status_code == 422
