from __future__ import annotations

import pytest

from otklik.desk.actions import comments, trash
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Contact, Employee, Event, Notice, Role, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words


def make(task: Task, who: Employee, role: str) -> None:
    TaskMember.objects.create(task=task, role=Role.objects.get(key=role), employee=who)


def test_13_a_trashed_task_leaves_the_lists_and_the_chronicle(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")

    trash.trash(task, by=olga)

    browser = signed_in(pavel)
    for page in ("/", "/tasks/", "/tasks/?show=mine", "/tasks/?show=all"):
        assert "Liza" not in words(browser.get(page))
    assert "Liza (Chatra)" not in words(browser.get(f"/contacts/{Contact.objects.get().number}/"))
    assert "Liza (Chatra)" in words(browser.get("/tasks/trash/"))
    assert words(browser.get("/unread/")) in ("", "0 unread")


def test_13_it_says_so_and_comes_back_as_it_was(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(olga)
    assert "To the trash" in words(browser.get(f"/tasks/{task.number}/"))

    header = words(browser.post(f"/tasks/{task.number}/trashing/", headers=by_htmx()))
    assert "This task is in the trash. Restore Delete for good" in header
    assert "To the trash" not in header

    header = words(browser.post(f"/tasks/{task.number}/restoration/", headers=by_htmx()))
    assert "in the trash" not in header and "New" in header
    page = words(browser.get(f"/tasks/{task.number}/"))
    assert "Olga · Moved to the trash" in page and "Olga · Taken out of the trash" in page
    assert "Liza" in words(signed_in(pavel).get("/"))


def test_each_move_is_one_event_and_a_second_one_is_none(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    before = Event.objects.count()

    trash.trash(task, by=olga)
    trash.trash(task, by=olga)
    trash.restore(task, by=olga)
    trash.restore(task, by=olga)

    told = list(Event.objects.order_by("number").values_list("kind", "actor")[before:])
    assert told == [("task_trashed", olga.pk), ("task_restored", olga.pk)]
    assert Notice.objects.filter(event__kind__in=["task_trashed", "task_restored"]).count() == 0


def test_an_open_page_gets_the_header_anew(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    since = Task.objects.get(pk=task.pk).last_event

    trash.trash(task, by=olga)

    shows = {"after": "1", "since": str(since)}
    news = signed_in(pavel).get(f"/tasks/{task.number}/feed/", shows, headers=by_htmx())
    assert "This task is in the trash." in part(news, "task-header")


def test_only_roles_that_may_delete_move_tasks(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    make(task, boris, "auditor")

    with pytest.raises(NotAllowed):
        trash.trash(task, by=pavel)
    page = words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert "To the trash" not in page

    trash.trash(task, by=boris)
    with pytest.raises(NotAllowed):
        trash.restore(task, by=pavel)
    assert "Restore" not in words(signed_in(pavel).get("/tasks/trash/"))
    listed = words(signed_in(boris).get("/tasks/trash/"))
    assert "Restore — Liza (Chatra)" in listed and "Delete for good" not in listed

    signed_in(boris).post(f"/tasks/{task.number}/restoration/", {"list": "1"})
    assert Task.objects.kept().get() == task


def test_the_trash_shows_nobody_what_he_may_not_see(liza: Writer, olga: Employee, boris: Employee) -> None:
    trash.trash(liza.says("Hello"), by=olga)

    assert "The trash is empty" in words(signed_in(boris).get("/tasks/trash/"))


def test_13_only_administrators_delete_for_good_and_only_from_the_trash(
    liza: Writer, olga: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    make(task, boris, "auditor")

    with pytest.raises(Refused):
        trash.purge(task, by=olga)
    refused = signed_in(olga).post(f"/tasks/{task.number}/purge/")
    assert (refused.status_code, "Only a task in the trash" in words(refused)) == (422, True)

    trash.trash(task, by=boris)
    with pytest.raises(NotAllowed):
        trash.purge(task, by=boris)
    assert signed_in(boris).post(f"/tasks/{task.number}/purge/").status_code == 404
    assert Task.objects.filter(pk=task.pk).exists()


def test_13_a_purged_task_is_gone_with_all_that_was_its_own(liza: Writer, oleg: Writer, olga: Employee) -> None:
    task, other = liza.says("Hello", "Hello?"), oleg.says("Hello")
    comments.add(task, by=olga, text="Good day!", kind="reply")
    trash.trash(task, by=olga)
    browser = signed_in(olga)

    asked = words(browser.get(f"/tasks/{task.number}/purge/"))
    assert "The task and its 4 comments cannot be brought back." in asked
    assert "1 reply has not been sent yet and will not be sent any more." in asked
    answer = browser.post(f"/tasks/{task.number}/purge/", follow=True)

    assert f"Task {task.number} is deleted for good." in words(answer)
    assert browser.get(f"/tasks/{task.number}/").status_code == 404
    assert list(Task.objects.all()) == [other]
    assert set(Comment.objects.values_list("task", flat=True)) == {other.pk}
    assert set(Notice.objects.values_list("task", flat=True)) == {other.pk}
    assert not TaskMember.objects.filter(task=task.pk).exists()
    assert Contact.objects.filter(name="Liza").exists()
    [event] = Event.objects.filter(task=task.pk)
    assert (event.kind, event.actor_id, event.data["number"]) == ("task_purged", olga.pk, task.number)


def test_who_wrote_in_a_purged_task_gets_a_new_one(liza: Writer, olga: Employee) -> None:
    first = liza.says("Hello")
    trash.trash(first, by=olga)
    second = liza.says("Hello again")
    assert second.previous == first
    trash.purge(first, by=olga)

    third = liza.says("Still there?")

    assert third == second
    second.refresh_from_db()
    assert second.previous is None
    trash.trash(second, by=olga)
    trash.purge(second, by=olga)
    assert Task.objects.get(pk=liza.says("Hello once more").pk).comment_count == 1
