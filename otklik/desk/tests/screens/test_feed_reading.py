"""What is read, and what a person sees of a feed (§8.2)."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from otklik.desk.actions import comments, notices, tasks
from otklik.desk.models import Comment, Employee, Notice, Status, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words
from otklik.desk.tests.screens.test_feed_places import long_talk, shown
from otklik.desk.views.feed import PAGE


def click(browser: Client, comment: Comment) -> Any:
    address = f"/tasks/{comment.task.number}/reading/"
    return browser.post(address, {"comment": str(comment.pk)}, headers=by_htmx())


def test_8_2_a_click_reads_one_comment_alone(liza: Writer, pavel: Employee) -> None:
    task = liza.says("One.", "Two.", "Three.")
    browser = signed_in(pavel)

    answer = click(browser, task.comments.get(text="Two."))

    assert "2 unread comments" in words(answer)
    assert json.loads(answer.headers["HX-Trigger"]) == {"comment-read": {"comment": task.comments.get(text="Two.").pk}}
    page = browser.get(f"/tasks/{task.number}/").content.decode()
    assert page.count("comment--unread") == 2
    assert Notice.objects.filter(employee=pavel, read_at=None).exists()


def test_8_2_with_the_last_unread_line_the_task_leaves_the_chronicle(liza: Writer, pavel: Employee) -> None:
    task = liza.says("One.", "Two.")
    browser = signed_in(pavel)
    for comment in task.comments.filter(kind="client"):
        answer = click(browser, comment)

    assert "task-read" in answer.headers["HX-Trigger"]
    assert not Notice.objects.filter(employee=pavel, read_at=None).exists()


def test_the_bar_reads_all_and_leads_to_the_first(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza)
    browser = signed_in(pavel)
    click(browser, task.comments.get(text="Line 1."))

    bar = part(browser.get(f"/tasks/{task.number}/"), "reading")
    first = task.comments.get(text="Line 2.").number
    assert f'href="/tasks/{task.number}/?near={first}#comment-{first}"' in bar and 'data-key="KeyG"' in bar
    assert "Mark all read" in bar

    browser.post(f"/tasks/{task.number}/reading/")
    assert not Notice.objects.filter(employee=pavel, read_at=None).exists()


def test_a_line_of_the_system_that_is_news_is_read_by_a_click_too(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    notices.read(task, by=pavel)
    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key="in_progress"), by=olga)
    browser = signed_in(pavel)
    line = task.comments.get(kind="system")
    assert Notice.objects.filter(employee=pavel, read_at=None, event__comment=line).exists()
    assert "line--unread" in browser.get(f"/tasks/{task.number}/").content.decode()

    click(browser, line)
    assert "line--unread" not in browser.get(f"/tasks/{task.number}/").content.decode()


def test_reading_knows_only_lines_of_its_task(liza: Writer, oleg: Writer, pavel: Employee, boris: Employee) -> None:
    task, other = liza.says("Hello"), oleg.says("Good day")
    stray = other.comments.get(text="Good day")

    answer = signed_in(pavel).post(f"/tasks/{task.number}/reading/", {"comment": stray.pk}, headers=by_htmx())

    assert answer.status_code == 200
    assert Notice.objects.filter(employee=pavel, read_at=None, event__comment=stray).exists()
    assert click(signed_in(boris), stray).status_code == 404


def talk_with_notes(liza: Writer, olga: Employee, pavel: Employee) -> Task:
    task = liza.says("Hello")
    comments.add(task, by=olga, text="She is nice", kind="note")
    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key="in_progress"), by=olga)
    notices.read(task, by=pavel)
    return task


def choose(browser: Client, task: Task, *parts: str) -> None:
    answer = browser.post(f"/tasks/{task.number}/feed/parts/", {"parts": parts})
    assert answer.headers["Location"] == f"/tasks/{task.number}/"


def test_8_2_the_eye_leaves_notes_and_system_lines_out_for_one_person(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = talk_with_notes(liza, olga, pavel)
    browser = signed_in(pavel)

    choose(browser, task, "note")
    page = words(browser.get(f"/tasks/{task.number}/"))
    assert "She is nice" in page and "Status: In progress" not in page and "Not all is shown" in page
    choose(browser, task)
    page = words(browser.get(f"/tasks/{task.number}/"))
    assert "Hello" in page and "She is nice" not in page
    assert "She is nice" in words(signed_in(olga).get(f"/tasks/{task.number}/"))
    choose(browser, task, "note", "system", "nonsense")
    assert "Status: In progress" in words(browser.get(f"/tasks/{task.number}/"))


def test_what_is_new_is_shown_whatever_the_eye_leaves_out(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = talk_with_notes(liza, olga, pavel)
    browser = signed_in(pavel)
    choose(browser, task)
    note = comments.add(task, by=olga, text="Look at this", kind="note")
    Notice.objects.get_or_create(
        employee=pavel, task=task, event=task.events.get(comment=note), defaults={"reason": "comment"}
    )

    assert "Look at this" in words(browser.get(f"/tasks/{task.number}/"))
    notices.read(task, by=pavel)
    assert "Look at this" not in words(browser.get(f"/tasks/{task.number}/"))
    linked = browser.get(f"/tasks/{task.number}/?at={note.number}")
    assert "Look at this" in words(linked) and "She is nice" not in words(linked)


def test_ones_own_words_appear_at_once_whatever_the_eye_leaves_out(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = talk_with_notes(liza, olga, pavel)
    browser = signed_in(pavel)
    choose(browser, task)
    task.refresh_from_db()
    at = {"after": str(task.comment_count), "since": str(task.last_event), "first": "1"}
    comments.add(task, by=pavel, text="Mine", kind="note")

    assert "Mine" in words(browser.get(f"/tasks/{task.number}/feed/", at, headers=by_htmx()))


def test_a_day_is_reached_from_wherever_the_page_opens(liza: Writer, pavel: Employee) -> None:
    short, browser = liza.says("Hello"), signed_in(pavel)
    assert "To a day" not in words(browser.get(f"/tasks/{short.number}/"))

    task = long_talk(liza)
    page = browser.get(f"/tasks/{task.number}/?near=1")
    assert shown(page)[:3] == [1, 2, 3] and "Show earlier" not in words(page)
    assert "To a day" in words(page) and "To the newest" in words(page)


def test_the_newest_lines_are_one_step_away_from_what_is_unread(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza)
    newest = task.comments.order_by("-number").values_list("number", flat=True)[0]

    assert newest not in shown(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert newest in shown(signed_in(pavel).get(f"/tasks/{task.number}/?newest"))


def test_a_page_of_a_long_feed_costs_as_many_queries_as_of_a_short_one(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza, 2 * PAGE)
    browser = signed_in(pavel)
    addresses = [
        f"/tasks/{task.number}/{rest}" for rest in ("", "earlier/?first=70", "later/?after=10&since=1&first=1")
    ]
    few = [queries_of(browser, address) for address in addresses]

    long_talk(liza, 8 * PAGE)

    assert [queries_of(browser, address) for address in addresses] == few


def test_a_hidden_note_stays_hidden_behind_its_links(
    liza: Writer, olga: Employee, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="Between us", kind="note")
    Comment.objects.filter(pk=note.pk).update(is_hidden=True, notified=[pavel.pk])

    for address in (f"/tasks/{task.number}/?at={note.number}", f"/tasks/{task.number}/?comment={note.pk}"):
        assert "Between us" not in words(signed_in(alice).get(address))
        assert "Between us" in words(signed_in(pavel).get(address))
    assert signed_in(alice).get(f"/comments/{note.pk}/").status_code == 404
    assert "Between us" not in words(signed_in(alice).get(f"/tasks/{task.number}/lines/?first=1&last=99"))
