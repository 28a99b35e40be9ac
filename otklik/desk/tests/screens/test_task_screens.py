from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.desk.actions import comments, notices, tasks
from otklik.desk.models import Comment, Employee, Notice, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words


def address(task: Task, more: str = "") -> str:
    return f"/tasks/{task.number}/{more}"


def reply(task: Task, by: Employee, text: str = "Forty metres.", mark: str = "", note: str = "") -> Comment:
    comment = comments.add(task, by=by, text=text, kind="reply")
    if mark:
        comments.mark([comment.pk], mark, note)
    return comment


def test_s14_the_client_is_the_tasks_assigner(liza: Writer, pavel: Employee) -> None:
    page = signed_in(pavel).get(address(liza.says("Hello")))

    side = part(page, "task-side")
    assert "Assigner" in side
    assert f'href="/contacts/{liza.says("Hello?").contact.number}/">Liza</a>' in side  # type: ignore[union-attr]
    assert "Support" in side


def test_s15_the_first_message_with_place_pages_source_and_device_as_a_quote(liza: Writer, pavel: Employee) -> None:
    task = liza.says("What is the range of this microphone?")

    page = signed_in(pavel).get(address(task))

    assert "Liza (Chatra)" in part(page, "task-header")
    opening = words(page).partition("What is the range of this microphone?")[2]
    assert opening.startswith(
        " Russia, Moscow Visited pages of the site Boya BY-F8C microphone https://shop.example.com/catalogue/7247"
        " https://shop.example.com/delivery Source the chat on the site Windows 10 · Chrome 130"
    )
    link = 'href="https://shop.example.com/catalogue/7247" target="_blank" rel="nofollow noopener noreferrer"'
    assert link in page.content.decode()


def test_the_first_message_stands_above_the_feed_and_only_there(liza: Writer, pavel: Employee) -> None:
    task = liza.says("First", "Second")

    page = signed_in(pavel).get(address(task)).content.decode()

    assert page.count("First</div>") == 1
    assert page.index("First</div>") < page.index("Russia, Moscow") < page.index("Second</div>")


@pytest.mark.parametrize("more", ["", "feed/", "earlier/", "reading/"])
def test_another_persons_task_is_not_there(liza: Writer, boris: Employee, more: str) -> None:
    answer = signed_in(boris).get(address(liza.says("Hello"), more))

    assert answer.status_code == 404
    assert "Liza" not in words(answer)
    assert "There is no task №" in words(answer)


@pytest.mark.parametrize("more", ["reading/", "comments/", "status/", "acceptance/", "rejection/"])
def test_nothing_is_done_in_another_persons_task(liza: Writer, boris: Employee, more: str) -> None:
    task = liza.says("Hello")
    given = {"kind": "note", "text": "I was here", "status": str(task.status_id), "reason": "No"}

    assert signed_in(boris).post(address(task, more), given).status_code == 404
    assert task.comments.count() == 1
    assert Task.objects.get(pk=task.pk).status == task.status


@pytest.mark.parametrize("number", ["999", "99999999999999999999999", "seventeen"])
def test_a_wrong_number_is_not_there(pavel: Employee, number: str) -> None:
    assert signed_in(pavel).get(f"/tasks/{number}/").status_code == 404


def test_an_administrator_sees_every_task(liza: Writer, olga: Employee) -> None:
    assert signed_in(olga).get(address(liza.says("Hello"))).status_code == 200


def test_notes_and_replies_look_different(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    reply(task, pavel)
    comments.add(task, by=pavel, text="She is a regular.", kind="note")

    page = signed_in(pavel).get(address(task))

    assert "comment--reply" in part(page, "comment-2") and "to the client" in part(page, "comment-2")
    assert "comment--note" in part(page, "comment-3") and "Note for colleagues" in part(page, "comment-3")
    assert "to the client" not in part(page, "comment-3")


@pytest.mark.parametrize(
    ("mark", "said"),
    [("", "On its way"), ("sending", "On its way"), ("sent", "Sent"), ("read", "Read"), ("failed", "Not sent")],
)
def test_s16_8_3_a_mark_says_how_far_a_reply_came(liza: Writer, pavel: Employee, mark: str, said: str) -> None:
    task = liza.says("Hello")
    reply(task, pavel, mark=mark)

    assert said in part(signed_in(pavel).get(address(task)), "comment-2")


def test_8_3_the_mark_stands_after_author_and_time_and_a_note_has_none(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    reply(task, pavel, mark="sent")
    comments.add(task, by=pavel, text="She is a regular.", kind="note")

    page = signed_in(pavel).get(address(task))

    line = part(page, "comment-2")
    assert line.index("Pavel") < line.index("<time") < line.index("Sent")
    assert "mark--" not in part(page, "comment-1") and "mark--" not in part(page, "comment-3")


def test_8_3_a_failed_reply_says_why_and_can_be_sent_again(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    failed = reply(task, pavel, mark="failed", note="Chatra refused the secret key.")
    browser = signed_in(pavel)

    line = part(browser.get(address(task)), "comment-2")
    assert "Chatra refused the secret key." in line
    assert f'hx-post="{address(task, "comments/2/sending/")}"' in line

    answer = browser.post(address(task, "comments/2/sending/"), headers=by_htmx())
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, '{"feed-changed": {}}')
    failed.refresh_from_db()
    assert failed.mark == "due"


def test_only_a_reply_can_be_sent_again(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    assert signed_in(pavel).post(address(task, "comments/1/sending/")).status_code == 404


def test_what_was_found_late_edited_or_withdrawn_leaves_a_trace(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", "late", "edited", "withdrawn")
    then = timezone.now() - timedelta(days=400)
    task.comments.filter(text="late").update(is_late=True, written_at=then)
    task.comments.filter(text="edited").update(edited_at=then)
    task.comments.filter(text="withdrawn").update(withdrawn_at=then)

    page = signed_in(pavel).get(address(task))

    assert f"found late, written at {timezone.localtime(then).day}" in part(page, "comment-2")
    assert "edited</span>" in part(page, "comment-3")
    assert "withdrawn by Liza" in part(page, "comment-4")
    assert "text--withdrawn" in part(page, "comment-4")


def test_texts_from_outside_are_text_with_links(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hi", "<b>bold</b> see https://a.example/x?a=1&b=2, or (https://b.example/y). javascript:alert(1)")

    line = part(signed_in(pavel).get(address(task)), "comment-2")

    assert "&lt;b&gt;bold&lt;/b&gt;" in line
    assert '<a href="https://a.example/x?a=1&amp;b=2" target="_blank" rel="nofollow noopener noreferrer">' in line
    assert '<a href="https://b.example/y"' in line
    assert 'href="javascript' not in line


def test_a_status_change_is_a_small_line(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    tasks.reject(task, by=pavel, reason="Spam")

    line = part(signed_in(pavel).get(address(task)), "comment-2")

    assert 'class="line"' in line
    assert "Pavel" in line and "Status: Rejected — Spam" in line


def test_that_the_client_left_stands_beside_him(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    liza.leaves()

    assert "Left the site" in part(signed_in(pavel).get(address(task)), "task-side")


def test_an_earlier_conversation_is_linked(liza: Writer, pavel: Employee) -> None:
    first = liza.says("Hello")
    tasks.reject(first, by=pavel, reason="Spam")
    second = liza.says("I am real!")

    page = signed_in(pavel).get(address(second))

    assert "Previous history: Liza (Chatra)" in words(page)
    assert f'href="/tasks/{first.number}/"' in page.content.decode()


def test_opening_is_not_reading_but_the_button_is(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    page = browser.get(address(task))
    assert "comment--unread" in part(page, "comment-1")
    assert "1 unread comment" in part(page, "reading")
    assert Notice.objects.filter(employee=pavel, read_at=None).exists()

    answer = browser.post(address(task, "reading/"), headers=by_htmx())
    assert words(answer) == "" and "task-read" in answer.headers["HX-Trigger"]
    assert "comment--unread" not in browser.get(address(task)).content.decode()


def cursor(task: Task, after: int, first: int = 0) -> dict[str, int]:
    task.refresh_from_db()
    return {"after": after, "since": task.last_event, "first": first}


def test_the_feed_brings_what_came_after_the_cursor(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", "Old")
    known = cursor(task, after=2)
    liza.says("New")
    browser = signed_in(pavel)

    answer = browser.get(address(task, "feed/"), known, headers=by_htmx()).content.decode()
    assert "New</div>" in answer and "Old" not in answer
    assert 'name="after" value="3"' in answer

    again = browser.get(address(task, "feed/"), cursor(task, after=3), headers=by_htmx()).content.decode()
    assert 'class="comment ' not in again


def test_the_feed_brings_marks_that_changed_since(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    sent, other = reply(task, pavel, "First"), reply(task, pavel, "Second")
    known = cursor(task, after=3, first=2)
    comments.mark([sent.pk], "read")

    answer = signed_in(pavel).get(address(task, "feed/"), known, headers=by_htmx()).content.decode()

    assert f'id="comment-2" data-comment="{sent.pk}" hx-swap-oob="true">' in answer
    assert f"comment-{other.number}" not in answer


def test_the_feed_brings_the_header_when_the_status_changed(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    known = cursor(task, after=1)
    liza.leaves()
    answer = signed_in(pavel).get(address(task, "feed/"), known, headers=by_htmx()).content.decode()
    assert 'id="task-side" hx-swap-oob="true"' in answer and "Left the site" in answer
    assert 'id="task-header"' not in answer

    tasks.accept(task, by=pavel)
    answer = signed_in(pavel).get(address(task, "feed/"), known, headers=by_htmx()).content.decode()
    assert 'id="task-header" hx-swap-oob="true"' in answer and "In progress" in answer


def test_a_hostile_cursor_is_taken_as_the_beginning(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    given = {"after": "1 OR 1", "since": "9" * 40, "first": "-5", "target": "²"}

    assert signed_in(pavel).get(address(task, "feed/"), given, headers=by_htmx()).status_code == 200


def test_the_last_fifty_lines_are_shown_and_earlier_ones_on_demand(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", *[f"Line {number}." for number in range(2, 62)])
    notices.read(task, by=pavel)
    browser = signed_in(pavel)

    page = browser.get(address(task)).content.decode()
    assert "Line 12." in page and "Line 11." not in page
    assert 'name="first" value="12"' in page

    answer = browser.get(address(task, "earlier/"), {"first": 12}, headers=by_htmx()).content.decode()
    assert "Line 2." in answer and "Line 11." in answer and "Line 12." not in answer
    assert "Show earlier" not in answer


def test_a_hundred_lines_cost_as_many_queries_as_sixty(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", *(f"Are you there? {number}" for number in range(60)))
    comments.add(task, by=pavel, text="Note", kind="note")
    reply(task, pavel)
    tasks.accept(task, by=pavel)
    notices.read(task, by=pavel)
    browser = signed_in(pavel)
    few, few_news = queries_of(browser, address(task)), queries_of(browser, address(task, "feed/"))

    for number in range(15):
        liza.says(f"Line {number}", f"Another {number}")
        reply(task, pavel, f"Reply {number}")
    notices.read(task, by=pavel)
    assert queries_of(browser, address(task)) == few
    assert queries_of(browser, address(task, "feed/")) == few_news


def test_8_1_the_page_asks_once_who_has_been_talking_with_the_client(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    reply(task, alice)
    browser = signed_in(pavel)

    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address(task)).status_code == 200

    asked = [query["sql"] for query in captured if query["sql"].startswith('SELECT "desk_comment"."employee_id"')]
    assert len(asked) == 1
