from __future__ import annotations

from typing import Any

from django.test import Client

from otklik.desk.actions import comments
from otklik.desk.models import Comment, Draft, Employee, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, part, signed_in, words


def begin(browser: Client, task: Task, text: str, kind: str = "reply", key: str = "k1") -> Any:
    return browser.post(f"/tasks/{task.number}/draft/", {"kind": kind, "text": text, "key": key}, headers=by_htmx())


def send(browser: Client, task: Task, text: str, **more: Any) -> Any:
    return browser.post(f"/tasks/{task.number}/comments/", {"kind": "reply", "text": text, **more}, headers=by_htmx())


def test_8_2_a_draft_is_there_on_another_device_and_nobody_elses(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")

    assert begin(signed_in(pavel), task, "Good d").status_code == 204
    begin(signed_in(pavel), task, "A regular.", kind="note")

    page = signed_in(pavel).get(f"/tasks/{task.number}/").content.decode()
    assert '<template data-kept="reply" data-key="k1">Good d</template>' in page
    assert '<template data-kept="note" data-key="k1">A regular.</template>' in page
    assert "Good d" not in signed_in(alice).get(f"/tasks/{task.number}/").content.decode()


def test_8_2_a_colleagues_reply_leaves_a_draft_alone_and_ones_own_ends_it(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    begin(signed_in(pavel), task, "Good d")

    send(signed_in(alice), task, "I am on it.")
    assert Draft.objects.get().text == "Good d"

    send(signed_in(pavel), task, "Good day!", key="k2")
    assert not Draft.objects.exists()


def test_a_draft_that_comes_after_its_own_reply_is_not_kept(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    send(signed_in(pavel), task, "Good day!", key="k2")

    begin(signed_in(pavel), task, "Good day!", key="k2")

    assert not Draft.objects.exists()


def test_an_emptied_box_has_no_draft_and_a_huge_one_is_kept_in_part(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    begin(signed_in(pavel), task, "а" * 70_000)
    assert len(Draft.objects.get().text) == 64_000
    begin(signed_in(pavel), task, "  \n")

    assert not Draft.objects.exists()


def test_who_does_not_see_a_task_has_no_draft_in_it(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")

    assert begin(signed_in(boris), task, "Let me in").status_code == 404
    assert signed_in(boris).post(f"/tasks/{task.number}/presence/").status_code == 404


def test_a_reply_past_what_its_author_has_not_seen_is_shown_that_first(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Do you have red ones?")
    seen = Comment.objects.get(task=task).number
    comments.add(task, by=alice, text="Yes, two.", kind="reply")
    comments.add(task, by=alice, text="He is a regular.", kind="note")
    liza.says("Never mind.")

    answer = send(signed_in(pavel), task, "No, sorry.", seen=seen)

    assert answer.status_code == 422
    said = words(answer)
    assert "Something was written that you have not seen yet." in said
    assert "Yes, two." in said and "Never mind." in said and "regular" not in said
    assert "No, sorry." not in [text for _kind, text in feed_of(task)]

    assert send(signed_in(pavel), task, "No, sorry.", seen=seen, anyway="1").status_code == 204
    assert feed_of(task)[-1] == ("reply", "No, sorry.")


def test_what_came_by_itself_has_been_seen(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Do you have red ones?")
    page = signed_in(pavel).get(f"/tasks/{task.number}/")
    assert 'name="after" value="1"' in part(page, "feed-cursor")
    liza.says("Or blue?")

    assert send(signed_in(pavel), task, "Both.", seen=1, after=2).status_code == 204
    # His own words never stand in his way.
    assert send(signed_in(pavel), task, "And green.", seen=2).status_code == 204


def test_a_note_and_a_second_try_of_the_same_text_are_never_held_up(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    assert send(signed_in(pavel), task, "Good day!", seen=1, key="k3").status_code == 204
    comments.add(task, by=alice, text="Good day from me, too.", kind="reply")

    assert send(signed_in(pavel), task, "Good day!", seen=1, key="k3").status_code == 204
    assert signed_in(pavel).post(
        f"/tasks/{task.number}/comments/", {"kind": "note", "text": "Two of us.", "seen": 1}, headers=by_htmx()
    ).status_code == 204  # fmt: skip
    assert [text for _kind, text in feed_of(task)].count("Good day!") == 1
