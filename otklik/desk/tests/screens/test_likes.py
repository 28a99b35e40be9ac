"""A like of a comment (contracts/planfix-behaviour.md §8.2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.desk import queries
from otklik.desk.actions import comments, likes, notifying
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Employee, Like, Notification, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, queries_of, signed_in, words


def like(browser: Client, task: Task, number: int, **more: str) -> Any:
    return browser.post(f"/tasks/{task.number}/comments/{number}/like/", more, headers=by_htmx())


def test_8_2_a_like_counts_once_for_each_person_and_is_taken_back(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="Sold!", kind="note")

    for who in (alice, alice, olga):
        assert like(signed_in(who), task, note.number).status_code == 204

    assert Like.objects.count() == 2
    assert "Like: Alice, Olga" in words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    like(signed_in(alice), task, note.number, off="1")
    assert "Like: Olga" in words(signed_in(pavel).get(f"/tasks/{task.number}/"))


def test_8_2_open_pages_show_it(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="Sold!", kind="note")
    since = Task.objects.get(pk=task.pk).last_event

    like(signed_in(alice), task, note.number)

    news = signed_in(pavel).get(f"/tasks/{task.number}/feed/?after={note.number}&since={since}&first=1")
    assert "Like: Alice" in words(news)


def test_8_2_its_author_hears_of_it_in_the_chronicle_alone(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="Sold!", kind="note")
    signed_in(pavel).post("/chronicle/reading/")

    likes.like(note, by=alice)
    notifying.plan()

    [entry] = queries.chronicle(pavel)
    assert entry.kind == "comment_liked" and "Likes what you wrote" in words(signed_in(pavel).get("/"))
    rows = Notification.objects.filter(employee=pavel, kind="liked").exclude(state="dropped")
    assert [one.channel for one in rows] == ["chronicle"]
    assert "comment--unread" not in signed_in(pavel).get(f"/tasks/{task.number}/").content.decode()


def test_8_2_of_a_clients_words_nobody_is_told(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello", "Thank you!")
    thanks = Comment.objects.get(text="Thank you!")
    heard = queries.chronicle(alice)[0].event

    assert like(signed_in(pavel), task, thanks.number).status_code == 204

    assert queries.chronicle(alice)[0].event == heard


def test_what_was_withdrawn_or_is_hidden_is_not_liked(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    hidden = comments.add(task, by=pavel, text="Between us", kind="note", notified={olga.pk}, is_hidden=True)
    assert like(signed_in(alice), task, hidden.number).status_code == 404
    assert like(signed_in(boris), task, hidden.number).status_code == 404
    gone = comments.add(task, by=pavel, text="Wrong", kind="note")
    Comment.objects.filter(pk=gone.pk).update(withdrawn_at=gone.at)
    with pytest.raises(Refused):
        likes.like(gone, by=alice)


def test_more_likes_ask_the_database_no_more(liza: Writer, pavel: Employee, alice: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    notes = [comments.add(task, by=pavel, text=str(number), kind="note") for number in range(4)]
    likes.like(notes[0], by=alice)
    few = queries_of(signed_in(pavel), f"/tasks/{task.number}/")

    for note in notes:
        likes.like(note, by=olga)

    assert queries_of(signed_in(pavel), f"/tasks/{task.number}/") == few
