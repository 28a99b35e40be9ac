"""Comments that stand above the feed, too (§8.2)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import comments, corrections, pins
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Event, Pin, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words


def press(browser: Client, task: Task, comment: int, **more: str) -> Any:
    return browser.post(f"/tasks/{task.number}/comments/{comment}/pin/", more, headers=by_htmx())


def above(browser: Client, task: Task) -> str:
    return part(browser.get(f"/tasks/{task.number}/"), "pinned")


def test_8_2_a_pinned_comment_stands_above_the_feed_for_all(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello", "My order is 1812.")

    assert press(signed_in(pavel), task, 2).status_code == 204
    press(signed_in(alice), task, 2)
    assert "My order is 1812." in above(signed_in(alice), task)
    assert list(Event.objects.filter(kind="comment_pinned").values_list("comment__number", flat=True)) == [2]

    press(signed_in(alice), task, 2, off="1")
    assert "My order" not in above(signed_in(pavel), task)


def test_open_pages_hear_of_a_pin(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello", "My order is 1812.")
    browser = signed_in(pavel)
    page = browser.get(f"/tasks/{task.number}/").content.decode()
    at = dict(re.findall(r'<input type="hidden" name="(after|since|first)"[^>]*value="(\d+)"', page))

    press(signed_in(alice), task, 2)
    news = browser.get(f"/tasks/{task.number}/feed/", at, headers=by_htmx()).content.decode()
    pinned = task.comments.get(number=2)
    assert '<div id="pinned" hx-swap-oob="true">' in news and f'href="/comments/{pinned.pk}/"' in news


def test_what_was_withdrawn_is_not_shown_above_either(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="She never pays.", kind="note")
    pins.pin(note, by=pavel)
    corrections.withdraw(note, by=pavel)

    assert "She never pays." not in above(signed_in(pavel), task)


def test_few_comments_are_pinned_and_by_people_of_the_task(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says(*[f"Line {number}." for number in range(12)])
    browser = signed_in(pavel)
    for number in range(1, 11):
        press(browser, task, number)

    refused = press(browser, task, 11)
    assert refused.status_code == 422 and "At most 10" in words(refused)
    with pytest.raises(Refused):
        pins.pin(task.comments.get(number=11), by=pavel)
    assert press(signed_in(boris), task, 11).status_code == 404
    assert Pin.objects.count() == 10
