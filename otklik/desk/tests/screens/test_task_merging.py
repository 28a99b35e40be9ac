"""Merging tasks, and taking them apart again (contracts/planfix-behaviour.md §13); the log and its reasons."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from otklik.desk.actions import checklists, comments, editing, making, subtasks, task_merging, task_people, tasks, trash
from otklik.desk.errors import DeskError, NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Notice, ReplyTarget, Role, Status, Task, TaskMember, TaskMerge
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, signed_in, words

pytestmark = pytest.mark.django_db


def make(by: Employee, name: str = "Order boxes", **people: list[Employee]) -> Task:
    values: dict[str, Any] = {"name": name, "description": ""}
    values |= {role: [f"employee-{one.pk}" for one in people.get(role, [])] for role in task_people.ROLES}
    return making.make(values, by=by)


def texts(task: Task) -> list[str]:
    return [text for kind, text in feed_of(task) if kind != "system"]


def state(task: Task) -> dict[str, Any]:
    """All that a merge moves."""
    task = Task.objects.get(pk=task.pk)
    lines = list(task.comments.exclude(kind="system").values_list("pk", "number", "text", "data"))
    return {
        "lines": lines,
        "facts": (task.contact_id, task.source_id, task.notified, task.trashed_at),
        "members": sorted(map(str, task.members.values_list("role__key", "employee", "group", "contact"))),
        "ways": list(task.targets.order_by("pk").values_list("pk", "is_open")),
        "items": list(task.checklist.values_list("text", flat=True)),
        "parts": list(task.parts.values_list("task", flat=True)),
    }


def test_13_comments_stand_in_the_order_of_their_times_and_name_their_former_task(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("First"), make(olga)
    comments.add(into, by=olga, text="Second", kind="note")
    liza.says("Third")
    comments.add(into, by=olga, text="Fourth", kind="note")

    task_merging.merge(task, into=into, by=olga)

    assert texts(into) == ["First", "Second", "Third", "Fourth"]
    into.refresh_from_db()
    assert into.comment_count == Comment.objects.filter(task=into).count() == 5
    page = words(signed_in(olga).get(f"/tasks/{into.number}/"))
    assert page.count(f"from № {task.number}") == 2
    assert f"Olga · № {task.number} Liza (Chatra) is merged into this task" in page
    shell = words(signed_in(olga).get(f"/tasks/{task.number}/"))
    assert f"This task is merged into № {into.number} Order boxes" in shell and "Take apart" in shell
    assert "Liza (Chatra)" not in words(signed_in(olga).get("/tasks/trash/"))


def test_13_a_task_without_a_channel_takes_the_merged_ones(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello"), make(olga)
    client = task.contact

    task_merging.merge(task, into=into, by=olga)

    assert liza.says("Are you there?") == into
    assert texts(into) == ["Hello", "Are you there?"]
    into.refresh_from_db()
    assert into.contact == client
    comments.add(into, by=olga, text="Yes", kind="reply")


def test_13_the_targets_channel_stays_and_the_other_client_gets_a_new_task(
    liza: Writer, oleg: Writer, olga: Employee
) -> None:
    task, into = liza.says("Hello"), oleg.says("Good day")

    task_merging.merge(task, into=into, by=olga)

    reply = comments.add(into, by=olga, text="To Oleg", kind="reply")
    assert reply.target and reply.target.remote_id == "chat-Oleg"
    assert oleg.says("Thanks") == into
    new = liza.says("And me?")
    assert new not in (task, into) and texts(new) == ["And me?"]


def test_13_a_merge_is_undone_at_a_later_day_with_what_came_since(
    liza: Writer, olga: Employee, boris: Employee, pavel: Employee
) -> None:
    task, into, part = liza.says("Hello", "Hello?"), make(olga, assignee=[boris]), make(olga, "Part")
    comments.add(task, by=olga, text="Good day", kind="reply")
    checklists.add(task, ["Ask"], by=olga)
    subtasks.attach(part, parent=task, by=olga)
    before, other = state(task), state(into)
    task_merging.merge(task, into=into, by=olga)
    assert state(into)["items"] == ["Ask"] and state(into)["parts"] == [part.pk]
    liza.says("Came later")
    comments.add(into, by=boris, text="Ours", kind="note")
    TaskMerge.objects.update(at=TaskMerge.objects.get().at - timedelta(days=40))

    done = TaskMerge.objects.get()
    answer = signed_in(olga).post(f"/tasks/{into.number}/merging/{done.pk}/separation/", follow=True)

    assert "The tasks are separate again." in words(answer)
    after, others = state(task), state(into)
    assert texts(task) == ["Hello", "Hello?", "Good day", "Came later"]
    assert after["lines"][:3] == before["lines"]
    assert {**after, "lines": 0} == {**before, "lines": 0}
    assert {**others, "lines": 0} == {**other, "lines": 0} and texts(into) == ["Ours"]
    assert liza.says("Still me") == task
    assert len(texts(task)) == 5


def test_what_is_unread_stays_unread_and_goes_along(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, into = liza.says("Hello"), make(olga, assignee=[pavel])
    Notice.objects.filter(task=into).delete()
    task_merging.merge(task, into=into, by=olga)

    assert "Order boxes" in words(signed_in(pavel).get("/"))
    task_merging.unmerge(TaskMerge.objects.get(), by=olga)
    assert "Liza (Chatra)" in words(signed_in(pavel).get("/")) and "Order boxes" not in words(signed_in(pavel).get("/"))


def test_13_one_needs_the_right_to_edit_both(liza: Writer, oleg: Writer, pavel: Employee, boris: Employee) -> None:
    task, own = liza.says("Hello"), make(pavel)

    with pytest.raises(NotAllowed):
        task_merging.merge(task, into=own, by=pavel)
    answer = signed_in(pavel).post(f"/tasks/{own.number}/merging/", {"number": task.number, "sure": "1"})
    assert answer.status_code == 422 and "the right to edit both" in words(answer)
    hidden = signed_in(boris).post(f"/tasks/{own.number}/merging/", {"number": task.number})
    assert hidden.status_code == 404
    assert not TaskMerge.objects.exists()


def test_13_it_is_said_beforehand_what_becomes_of_the_replies(liza: Writer, oleg: Writer, olga: Employee) -> None:
    task, other, plain = liza.says("Hello"), oleg.says("Hello"), make(olga)
    browser = signed_in(olga)

    def asked(one: Task, into: Task) -> str:
        return words(browser.post(f"/tasks/{one.number}/merging/", {"number": f"№ {into.number}"}))

    assert "Replies go where they go from the second task." in asked(task, other)
    assert "replies go to the client of the first one." in asked(task, plain)
    assert "The way of replies does not change." in asked(plain, task)
    assert "There is no task with this number." in asked(task, Task(number=777))
    assert not TaskMerge.objects.exists()
    done = browser.post(f"/tasks/{task.number}/merging/", {"number": plain.number, "sure": "1"})
    assert done.headers["Location"] == f"/tasks/{plain.number}/"


def test_a_shell_is_neither_restored_nor_merged_again(liza: Writer, olga: Employee) -> None:
    task, into, third = liza.says("Hello"), make(olga), make(olga, "Third")
    task_merging.merge(task, into=into, by=olga)

    with pytest.raises(Refused):
        trash.restore(task, by=olga)
    with pytest.raises(Refused):
        task_merging.merge(task, into=third, by=olga)
    with pytest.raises(Refused):
        task_merging.merge(into, into=into, by=olga)
    task_merging.merge(into, into=third, by=olga)
    inner, outer = TaskMerge.objects.order_by("pk")
    with pytest.raises(Refused):
        task_merging.unmerge(inner, by=olga)
    task_merging.unmerge(outer, by=olga)
    task_merging.unmerge(inner, by=olga)
    with pytest.raises(Refused):
        task_merging.unmerge(inner, by=olga)
    assert texts(task) == ["Hello"] and texts(into) == texts(third) == []
    assert ReplyTarget.objects.get(is_open=True).task == task


def test_an_open_page_is_loaded_anew_because_lines_have_other_numbers(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello"), make(olga)
    into.refresh_from_db()
    task_merging.merge(task, into=into, by=olga)

    news = signed_in(olga).get(f"/tasks/{into.number}/feed/", {"since": str(into.last_event)}, headers=by_htmx())

    assert news.headers["HX-Refresh"] == "true"


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_at_once_lose_nothing(liza: Writer, oleg: Writer, olga: Employee) -> None:
    one, other = liza.says("Hello"), oleg.says("Good day")
    start, outcomes = Barrier(2), []

    def merge(task: Task, into: Task) -> None:
        start.wait(20)
        try:
            task_merging.merge(task, into=into, by=olga)
            outcomes.append("done")
        except DeskError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=merge, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["done", "refused"]
    kept = Task.objects.kept().get()
    assert sorted(texts(kept)) == ["Good day", "Hello"]


def test_the_log_tells_who_changed_what_and_why(liza: Writer, olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key="in_progress"), by=pavel)
    seen = editing.values_of(task)
    editing.change(task, {"participant": [f"employee-{boris.pk}"]}, seen=seen, by=olga)

    page = words(signed_in(pavel).get(f"/tasks/{task.number}/history/"))

    assert "Made by the client's first message." in page
    assert "Pavel · Status: New → In progress" in page and "Olga · Participant: + Boris" in page
    assert "Boris — Participant Olga added them later." in page
    assert "Support — Assignee Since the task was made: by the template or the settings of the site's account." in page
    assert "you were given the task" in page
    assert "The client wrote" not in page
    assert "The client wrote" in words(signed_in(pavel).get(f"/tasks/{task.number}/history/?all=1"))


def test_the_log_has_pages(olga: Employee, boris: Employee) -> None:
    task = make(olga)
    for number in range(60):
        task = editing.change(task, {"name": f"Name {number}"}, seen=editing.values_of(task), by=olga)
    browser = signed_in(olga)

    page = browser.get(f"/tasks/{task.number}/history/")
    assert "Name 59" in words(page) and "“Name 3” →" not in words(page)
    before = page.content.decode().partition("before=")[2].partition('"')[0]
    assert "“Name 3” → “Name 4”" in words(browser.get(f"/tasks/{task.number}/history/?before={before}"))
    assert signed_in(boris).get(f"/tasks/{task.number}/history/").status_code == 404


def test_a_participant_sees_no_more_of_the_log_than_of_the_task(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)

    assert "You were told of nothing in this task" in words(signed_in(boris).get(f"/tasks/{task.number}/history/"))
