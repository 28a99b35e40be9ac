"""A comment goes into another task, or becomes one (contracts/planfix-behaviour.md §8.2); what the client sees."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest

from otklik.desk.actions import comments, files, making, moving, pins, trash
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, File, Notice, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, signed_in, words


def make(by: Employee, name: str = "Order boxes") -> Task:
    return making.make({"name": name, "description": "", "assignee": [f"employee-{by.pk}"]}, by=by)


def note(task: Task, by: Employee, text: str = "Ask the store.", **more: Any) -> Comment:
    return comments.add(task, by=by, text=text, kind="note", **more)


def test_8_2_a_comment_goes_into_another_task_with_its_files_and_says_where_it_was(
    liza: Writer, pavel: Employee
) -> None:
    task, into = liza.says("Hello"), make(pavel)
    file = files.upload(task, by=pavel, name="price.txt", content=BytesIO(b"5 EUR"), size=5)
    comment = note(task, pavel, files=[file])
    browser = signed_in(pavel)
    address = f"/tasks/{task.number}/comments/{comment.number}/more/"

    answer = browser.post(address, {"number": f"№ {into.number}"}, headers=by_htmx())

    comment.refresh_from_db()
    assert answer.headers["HX-Redirect"] == f"/comments/{comment.pk}/"
    assert (comment.task, File.objects.get().task) == (into, into)
    page = words(browser.get(f"/tasks/{into.number}/"))
    assert f"from № {task.number}" in page and "price.txt" in page
    left = words(browser.get(f"/tasks/{task.number}/"))
    assert f"A comment was moved into № {into.number} Order boxes" in left and "Ask the store." not in left
    # Who looks at the former task has it loaded anew: a line of it is gone.
    news = browser.get(f"/tasks/{task.number}/feed/?after=2&since=0&first=1", headers=by_htmx())
    assert news.headers["HX-Refresh"] == "true"


def test_8_2_of_a_task_that_the_reader_does_not_see_it_tells_the_number_alone(
    liza: Writer, oleg: Writer, pavel: Employee, olga: Employee
) -> None:
    secret, into = make(olga, "Talks about the sale"), oleg.says("Good day")
    moving.move(note(secret, olga), into=into, by=olga)

    his, hers = signed_in(pavel).get(f"/tasks/{into.number}/"), signed_in(olga).get(f"/tasks/{into.number}/")

    assert f"from № {secret.number}" in words(his)
    assert "Talks about the sale" not in his.content.decode()
    assert 'title="Talks about the sale"' in hers.content.decode()


def test_moved_back_it_is_at_home_again(liza: Writer, pavel: Employee) -> None:
    task, into = liza.says("Hello"), make(pavel)
    comment = moving.move(note(task, pavel), into=into, by=pavel)

    moving.move(comment, into=task, by=pavel)

    assert "former" not in Comment.objects.get(pk=comment.pk).data
    assert feed_of(task)[-1] == ("note", "Ask the store.")
    assert Task.objects.get(pk=task.pk).comment_count == max(task.comments.values_list("number", flat=True))


def test_who_has_not_read_it_finds_it_in_the_new_task_if_he_may_see_that(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task, hidden = liza.says("Hello"), make(pavel)
    Notice.objects.all().delete()
    comment = note(task, olga)
    assert set(Notice.objects.values_list("employee", flat=True)) == {pavel.pk, alice.pk}

    moving.move(comment, into=hidden, by=pavel)

    assert Notice.objects.get(employee=pavel, event__comment=comment).task == hidden
    assert Notice.objects.get(employee=alice, event__comment=comment).read_at is not None


def test_what_the_client_wrote_later_moves_and_does_not_come_again(liza: Writer, oleg: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello", "By the way: an invoice, please."), oleg.says("Good day")
    comment = task.comments.get(number=2)

    moving.move(comment, into=into, by=olga)
    liza.says("Thanks!")

    assert feed_of(into)[-1] == ("client", "By the way: an invoice, please.")
    assert [text for kind, text in feed_of(task) if kind == "client"] == ["Hello", "Thanks!"]
    # Replies in the other task still go to its own client.
    assert comments.add(into, by=olga, text="Yes", kind="reply").target in into.targets.all()


def test_what_cannot_be_moved_says_why(liza: Writer, pavel: Employee, alice: Employee, boris: Employee) -> None:
    task, into, foreign = liza.says("Hello"), make(pavel), make(boris, "Private")
    first, reply = task.comments.get(number=1), comments.add(task, by=pavel, text="On its way", kind="reply")
    mine = note(task, pavel)

    for comment in (first, reply):
        with pytest.raises(Refused):
            moving.move(comment, into=into, by=pavel)
    with pytest.raises(Refused):
        moving.move(mine, into=task, by=pavel)
    with pytest.raises(NotAllowed):
        moving.move(mine, into=foreign, by=pavel)
    with pytest.raises(NotAllowed):
        moving.move(mine, into=into, by=boris)
    trash.trash(into, by=pavel)
    with pytest.raises(Refused):
        moving.move(mine, into=into, by=pavel)
    assert Comment.objects.get(pk=mine.pk).task == task
    answer = signed_in(alice).post(
        f"/tasks/{task.number}/comments/{mine.number}/more/", {"number": str(foreign.number)}, headers=by_htmx()
    )
    assert (answer.status_code, "There is no task with this number." in words(answer)) == (422, True)


def test_a_pinned_comment_loses_its_pin(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    comment = note(task, pavel)
    pins.pin(comment, by=pavel)

    moving.move(comment, into=make(pavel), by=pavel)

    assert not task.pins.exists()


def test_8_2_a_task_is_made_of_a_comment_and_both_say_so(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", "Send me the act for May.\nBy post, please.")
    browser = signed_in(pavel)
    form = browser.get(f"/tasks/new/?from={task.number}&comment=2").content.decode()
    assert 'value="Send me the act for May."' in form and "By post, please." in form
    given = {
        "from": str(task.number), "comment": "2", "name": "Act for May", "description": "By post",
        "client": "Liza", "contact": str(task.contact.number if task.contact else ""),
        "assignee": [f"employee-{pavel.pk}"],
    }  # fmt: skip

    browser.post("/tasks/new/", given)

    made = Task.objects.get(name="Act for May")
    assert made.contact == task.contact
    assert f"№ {made.number} Act for May was made of a comment" in words(browser.get(f"/tasks/{task.number}/"))
    assert f"Made of a comment in № {task.number}" in words(browser.get(f"/tasks/{made.number}/"))


def test_nothing_is_made_of_a_comment_that_one_does_not_see(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello", "Secret")

    page = signed_in(boris).get(f"/tasks/new/?from={task.number}&comment=2")

    assert (page.status_code, "Secret" in page.content.decode()) == (200, False)


def test_what_the_client_sees_is_what_has_reached_him(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    note(task, pavel, "She pays late.")
    texts = ("Read", "Never left", "Changed before", "Withdrawn", "On its way")
    made = [comments.add(task, by=pavel, text=text, kind="reply") for text in texts]
    read, taken_back, changed, withdrawn, _due = made
    comments.mark([read.pk, withdrawn.pk, changed.pk], "sent")
    comments.mark([read.pk], "read")
    Comment.objects.filter(pk=changed.pk).update(
        text="Changed after", data={"earlier": [{"text": "Changed before"}], "correction": {"state": "due", "note": ""}}
    )
    Comment.objects.filter(pk=taken_back.pk).update(mark="", withdrawn_at=taken_back.at)

    def lines() -> list[str]:
        page = signed_in(pavel).get(f"/tasks/{task.number}/client/").content.decode()
        return [
            re.sub("<[^>]*>", "", found).strip()
            for found in re.findall(r'<(?:div|p) class="seen__bubble.*?</(?:div|p)>', page, re.S)
        ]

    assert lines() == ["Hello", "Read", "Changed before", "Withdrawn"]
    Comment.objects.filter(pk=changed.pk).update(data={"correction": {"state": "done", "note": ""}})
    Comment.objects.filter(pk=withdrawn.pk).update(withdrawn_at=withdrawn.at, data={"was_sent": True})
    assert lines() == ["Hello", "Read", "Changed after", "The message was withdrawn."]


def test_of_a_task_that_one_does_not_see_there_is_no_clients_view(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")

    assert signed_in(boris).get(f"/tasks/{task.number}/client/").status_code == 404
