"""Long feeds: links to comments, days, where reading goes on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from otklik.desk.actions import comments, notices
from otklik.desk.models import Comment, Employee, Notice, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words
from otklik.desk.views.feed import MOST_NEW, PAGE


def long_talk(liza: Writer, lines: int = 3 * PAGE) -> Task:
    return liza.says(*[f"Line {number}." for number in range(1, lines + 1)])


def shown(response: Any) -> list[int]:
    """Numbers of the lines in the order of the page."""
    return [int(number) for number in re.findall(r'<article[^>]*id="comment-(\d+)"', response.content.decode())]


def cursor(response: Any) -> dict[str, str]:
    found = re.findall(
        r'<input type="hidden" name="(after|since|first|paused)"[^>]*value="(\d+)"', response.content.decode()
    )
    return dict(found)


def test_8_2_a_link_opens_a_comment_however_far_back(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza)

    page = signed_in(pavel).get(f"/tasks/{task.number}/?at=40")

    assert shown(page) == [1, *range(15, 65)]
    line = task.comments.get(number=40)
    assert f'href="/comments/{line.pk}/"' in page.content.decode()
    link = signed_in(pavel).get(f"/comments/{line.pk}/")
    assert link.headers["Location"] == f"/tasks/{task.number}/?comment={line.pk}#comment-40"
    assert shown(signed_in(pavel).get(link.headers["Location"])) == [1, *range(15, 65)]


def test_8_2_whoever_follows_a_link_has_read_that_comment_alone(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza)
    unread = Notice.objects.filter(employee=pavel, read_at=None)
    before = unread.count()

    signed_in(pavel).get(f"/tasks/{task.number}/?at=40")

    assert unread.count() == before - 1
    assert not unread.filter(event__comment__number=40).exists()


def test_a_page_further_back_is_joined_with_the_present_step_by_step(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza, 110)
    browser = signed_in(pavel)
    page = browser.get(f"/tasks/{task.number}/?at=40")
    at = cursor(page)
    assert at["paused"] == "1"

    # What is written meanwhile does not stand behind line 64.
    liza.says("One more.")
    news = browser.get(f"/tasks/{task.number}/feed/", at, headers=by_htmx())
    assert shown(news) == []
    at = cursor(news)
    assert at["paused"] == "1"

    later = browser.get(f"/tasks/{task.number}/later/", at, headers=by_htmx())
    assert shown(later) == [*range(65, 112)]
    at = cursor(later)
    assert "paused" not in at

    liza.says("The last.")
    assert shown(browser.get(f"/tasks/{task.number}/feed/", at, headers=by_htmx())) == [112]


def test_a_page_that_was_away_for_long_gets_the_rest_when_it_asks(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    at = cursor(browser.get(f"/tasks/{task.number}/"))

    long_talk(liza, MOST_NEW + 10)
    news = browser.get(f"/tasks/{task.number}/feed/", at, headers=by_htmx())
    assert shown(news) == [*range(2, MOST_NEW + 2)]
    assert "Show later" in words(news)

    rest = browser.get(f"/tasks/{task.number}/later/", cursor(news), headers=by_htmx())
    assert shown(rest) == [*range(MOST_NEW + 2, MOST_NEW + 12)]
    assert "Show later" not in words(rest)


def test_a_task_opens_where_reading_goes_on(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza, 10)
    notices.read(task, by=pavel)
    long_talk(liza, 2 * PAGE)

    assert shown(signed_in(pavel).get(f"/tasks/{task.number}/"))[10] == 11


def test_a_link_to_a_comment_that_is_gone_says_so(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", "Anybody here?")
    Comment.objects.filter(task=task, number=2).delete()

    page = signed_in(pavel).get(f"/tasks/{task.number}/?at=2")

    assert "The comment of this link is not here any more." in words(page)
    assert shown(page) == [1]
    assert signed_in(pavel).get(f"/tasks/{task.number}/?at=nonsense").status_code == 200


def test_a_day_leads_to_its_first_line(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza)
    now = timezone.now()
    Comment.objects.filter(task=task, number__lt=70).update(at=now - timedelta(days=9))
    browser = signed_in(pavel)
    day = timezone.localdate(now - timedelta(days=5)).isoformat()

    assert browser.get(f"/tasks/{task.number}/day/", {"day": day}).headers["Location"] == (
        f"/tasks/{task.number}/?near=70#comment-70"
    )
    for senseless in ("", "tomorrow", "9999-12-31", "2100-01-01"):
        answer = browser.get(f"/tasks/{task.number}/day/", {"day": senseless})
        assert answer.headers["Location"] == f"/tasks/{task.number}/"


def test_an_outsider_learns_nothing_from_a_link(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")
    for address in ("?at=1", "later/?after=0", "day/?day=2020-01-01"):
        assert signed_in(boris).get(f"/tasks/{task.number}/{address}").status_code == 404


def test_a_reply_from_further_back_shows_what_its_author_has_not_seen(liza: Writer, pavel: Employee) -> None:
    task = long_talk(liza)
    browser = signed_in(pavel)
    at = cursor(browser.get(f"/tasks/{task.number}/?at=40"))

    answer = browser.post(
        f"/tasks/{task.number}/comments/",
        {"kind": "reply", "text": "Yes.", "seen": at["after"], "after": at["after"]},
        headers=by_htmx(),
    )

    assert answer.status_code == 422
    assert "you have not seen yet" in words(answer)
    comments.add(task, by=pavel, text="Yes.", kind="reply")
