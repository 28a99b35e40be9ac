"""Links to comments survive moving, merging and taking apart (§8.2, §13)."""

from __future__ import annotations

from typing import Any

from otklik.desk.actions import comments, moving, pins, task_merging, trash
from otklik.desk.models import Comment, Employee, Notice, Task
from otklik.desk.tests.actions.test_merged_numbers import make, note
from otklik.desk.tests.screens.stage import Writer, signed_in, words


def follow(who: Employee, address: str) -> Any:
    return signed_in(who).get(address, follow=True)


def stands(answer: Any, task: Task, comment: Comment) -> bool:
    comment.refresh_from_db()
    at = f"/tasks/{task.number}/?comment={comment.pk}#comment-{comment.number}"
    return bool(answer.redirect_chain) and answer.redirect_chain[-1][0] == at and answer.status_code == 200


def test_8_2_a_link_leads_to_where_the_comment_stands_now(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello", "My order is 1812."), make(olga)
    comment = task.comments.get(text="My order is 1812.")
    old = f"/tasks/{task.number}/?at={comment.number}"

    moving.move(comment, into=into, by=olga)

    assert stands(follow(olga, f"/comments/{comment.pk}/"), into, comment)
    assert stands(follow(olga, old), into, comment)


def test_13_links_of_both_tasks_hold_when_they_are_merged_and_taken_apart(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("First"), make(olga)
    note(into, olga, "Second")
    liza.says("Third")
    told = {text: Comment.objects.get(text=text) for text in ("Second", "Third")}
    old = {
        "Second": f"/tasks/{into.number}/?at={told['Second'].number}",
        "Third": f"/tasks/{task.number}/?at={told['Third'].number}",
    }

    done = task_merging.merge(task, into=into, by=olga)

    for text, comment in told.items():
        assert stands(follow(olga, f"/comments/{comment.pk}/"), into, comment)
        answer = follow(olga, old[text])
        comment.refresh_from_db()
        assert f'id="comment-{comment.number}"' in answer.content.decode() and text in words(answer)
    assert stands(follow(olga, old["Third"]), into, told["Third"])
    task_merging.unmerge(done, by=olga)
    assert stands(follow(olga, f"/comments/{told['Third'].pk}/"), task, told["Third"])
    assert not follow(olga, old["Third"]).redirect_chain


def test_an_old_link_means_the_comment_that_had_its_number_then(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, into = liza.says("First"), make(olga, assignee=[pavel])
    note(into, olga, "Second")
    meant = Comment.objects.get(text="Second")
    task_merging.merge(task, into=into, by=olga)
    unread = Notice.objects.filter(employee=pavel, event__comment=meant, read_at=None)
    assert unread.exists()

    signed_in(pavel).get(f"/tasks/{into.number}/?at={meant.number}")

    assert not unread.exists()


def test_a_link_shows_nothing_to_whom_the_task_is_not_open(liza: Writer, olga: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    comment = task.comments.get(text="Hello")

    answer = signed_in(boris).get(f"/comments/{comment.pk}/")

    assert answer.status_code == 404 and "This comment is not here" in words(answer)
    assert signed_in(boris).get("/comments/987654321/").content.decode().count("This comment is not here") > 0


def test_a_link_to_what_was_deleted_for_good_says_so(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    comment = task.comments.get(text="Hello")
    trash.purge(trash.trash(task, by=olga), by=olga)

    gone = signed_in(olga).get(f"/comments/{comment.pk}/")
    assert gone.status_code == 404 and "deleted for good together with its task" in words(gone)
    page = signed_in(olga).get(f"/tasks/{task.number}/?at=1")
    assert page.status_code == 404 and f"There is no task № {task.number} here" in words(page)
    assert "The comment of this link is not here any more." in words(
        follow(olga, f"/tasks/{make(olga).number}/?comment={comment.pk}")
    )


def test_pins_and_hits_of_the_search_lead_by_the_comments_id(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    comment = comments.add(task, by=olga, text="Marzipan", kind="note")
    pins.pin(comment, by=olga)

    link = f'href="/comments/{comment.pk}/"'
    assert signed_in(olga).get(f"/tasks/{task.number}/").content.decode().count(link) == 2
    assert link in signed_in(olga).get("/search/?q=marzipan").content.decode()
