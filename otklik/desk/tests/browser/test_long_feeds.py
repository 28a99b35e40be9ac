"""Feeds of thousands of comments, and reading in them (§8.2, §13)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from otklik.desk.actions import notices
from otklik.desk.models import Comment, Employee, Notice, Task
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser

MANY = 10_000
# The talk of months, as it would have been written one by one; Pavel has read the first part of it.
TALK = """
WITH line AS (
    INSERT INTO desk_comment (task_id, number, kind, identity_id, text, data, at, author_name, is_late, mark, mark_note)
    SELECT %(task)s, n, 'client', %(identity)s, 'Line ' || n || '.', '{}', now() - (%(many)s - n) * interval '1 minute',
        '', false, '', ''
    FROM generate_series(2, %(many)s) AS n RETURNING id, number
), counted AS (
    UPDATE desk_counter SET value = value + %(many)s WHERE name = 'event' RETURNING value - %(many)s AS before
), told AS (
    INSERT INTO desk_event (number, kind, task_id, comment_id, data, at)
    SELECT before + number, 'client_wrote', %(task)s, id, '{}', now() FROM line, counted RETURNING number, comment_id
)
INSERT INTO desk_notice (employee_id, task_id, event_id, reason)
SELECT %(who)s, %(task)s, told.number, 'client_wrote' FROM told JOIN line ON line.id = told.comment_id
WHERE line.number > %(read)s
"""


def long_talk(liza: Writer, pavel: Employee, many: int = MANY, read: int = MANY // 2) -> Task:
    task = liza.says("Line 1.")
    notices.read(task, by=pavel)
    first = task.comments.get(text="Line 1.")
    # Whatever stood there besides goes: the numbers are those of the lines.
    task.comments.exclude(pk=first.pk).delete()
    given = {"task": task.pk, "identity": first.identity_id, "many": many, "read": read, "who": pavel.pk}
    with connection.cursor() as cursor:
        cursor.execute(TALK, given)
        cursor.execute("ANALYZE desk_comment, desk_event, desk_notice")
    last = Comment.objects.filter(task=task).count()
    Task.objects.filter(pk=task.pk).update(comment_count=last)
    task.refresh_from_db()
    return task


# As somebody who scrolls on as soon as more is there, until nothing is: which lines he saw, in the order of the page
# each time, and how many stood in the page at most.
SCROLL = """
async ([part, forward]) => {
    const seen = new Set();
    let most = 0, inOrder = true;
    const look = () => {
        const lines = [...document.querySelectorAll('#feed-earlier .comment, #feed .comment')];
        const numbers = lines.map((line) => Number(line.id.split('-')[1]));
        inOrder &&= numbers.every((number, place) => place === 0 || numbers[place - 1] < number);
        most = Math.max(most, numbers.length);
        for (const number of numbers) seen.add(number);
    };
    look();
    while (document.querySelector(part)) {
        const before = document.querySelector(part);
        scrollTo(0, forward ? document.documentElement.scrollHeight : 0);
        while (before.isConnected) await new Promise((done) => setTimeout(done, 20));
        look();
    }
    return { seen: [...seen].sort((one, other) => one - other), most, inOrder };
}
"""


def test_13_ten_thousand_comments_are_scrolled_from_the_first_unread_to_both_ends(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = long_talk(liza, pavel)
    seat = seats(pavel)
    page = seat.page
    seat.open_task(task)
    first = MANY // 2 + 1
    expect(page.locator(f"#comment-{first}")).to_be_in_viewport()

    down = page.evaluate(SCROLL, ["form.feed__later", True])
    up = page.evaluate(SCROLL, [".feed__earlier form", False])

    assert down["inOrder"] and up["inOrder"]
    assert sorted({*down["seen"], *up["seen"]}) == list(range(2, MANY + 1))
    # Far away parts have left the page.
    assert max(down["most"], up["most"]) < 2000
    # They are there again when one comes by.
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(f"#comment-{MANY}")).to_be_in_viewport()
    # Scrolling is not reading.
    assert Notice.objects.filter(employee=pavel, task=task, read_at=None).count() == MANY // 2


def test_what_is_being_read_stays_where_it_is_while_more_is_fetched(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = long_talk(liza, pavel, many=400, read=400)
    seat = seats(pavel)
    page = seat.page
    seat.open_task(task)
    expect(page.locator("#comment-400")).to_be_in_viewport()
    page.evaluate("() => document.querySelector('#comment-352').scrollIntoView({ block: 'center' })")
    page.wait_for_function("() => document.querySelector('#comment-301')")

    where = page.locator("#comment-352").evaluate(
        "(line) => new Promise((done) => setTimeout(() => done(line.getBoundingClientRect().top), 0))"
    )
    height = page.evaluate("() => innerHeight")
    assert 0.25 * height < where < 0.75 * height


def test_8_2_a_click_reads_that_comment_and_the_bar_leads_to_the_next(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = long_talk(liza, pavel, many=200, read=100)
    seat = seats(pavel)
    page = seat.page
    seat.open_task(task)
    line = page.locator("#comment-101")
    expect(line).to_have_class(re.compile("comment--unread"))
    line.locator(".text").click()

    expect(line).not_to_have_class(re.compile("comment--unread"))
    expect(page.locator("#comment-102")).to_have_class(re.compile("comment--unread"))
    expect(page.locator("#reading")).to_contain_text("99 unread comments")
    assert faults(page) == []

    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate("() => scrollTo(0, 0)")
    page.locator("body").press("g")
    expect(page.locator("#comment-102")).to_be_focused()
    expect(page.locator("#comment-102")).to_be_in_viewport()
    page.locator("body").press("m")
    expect(page.locator(".comment--unread")).to_have_count(0)
    expect(page.locator("#reading a")).to_have_count(0)


def test_the_first_unread_far_away_is_one_key_away(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = long_talk(liza, pavel, many=400, read=100)
    seat = seats(pavel)
    seat.open(f"/tasks/{task.number}/?newest")
    expect(seat.page.locator("#comment-400")).to_be_in_viewport()
    expect(seat.page.locator("#comment-101")).to_have_count(0)

    seat.page.locator("body").press("g")

    expect(seat.page.locator("#comment-101")).to_be_in_viewport()
