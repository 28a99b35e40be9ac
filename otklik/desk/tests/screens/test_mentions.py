"""`@Name` in a note (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

import pytest

from otklik.desk import queries
from otklik.desk.actions import comments, corrections, making, members
from otklik.desk.actions.mentions import named_in
from otklik.desk.models import Comment, Employee, Notice, Status, Task
from otklik.desk.tests.screens.stage import Writer, signed_in, words


def test_who_is_called_hears_of_it_and_takes_part(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")

    comments.add(task, by=pavel, text="@Boris, do we have it?", kind="note")

    assert members.who_is(task, "participant") == [f"employee-{boris.pk}"]
    [entry] = queries.chronicle(boris)
    assert (entry.kind, entry.text) == ("mentioned", "@Boris, do we have it?")
    assert Notice.objects.get(employee=boris).reason == "mentioned"


def test_who_is_in_the_task_hears_once_and_stays_what_he_is(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    heard = Notice.objects.filter(employee=alice).count()

    comments.add(task, by=pavel, text="Ask @alice", kind="note")

    assert Notice.objects.filter(employee=alice).count() == heard + 1
    assert members.who_is(task, "participant") == []


def test_he_gains_only_what_a_participant_has(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="@Boris", kind="note")

    page = words(signed_in(boris).get(f"/tasks/{task.number}/"))
    assert "Only assignees of this task and administrators answer the client." in page
    assert not Task.objects.visible_to(boris).exclude(pk=task.pk).exists()


def test_a_name_in_a_reply_calls_nobody(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")

    comments.add(task, by=pavel, text="Write to @Boris", kind="reply")

    assert not Notice.objects.filter(employee=boris).exists() and members.who_is(task, "participant") == []


def test_nobody_calls_himself(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    before = Notice.objects.filter(employee=pavel).count()

    comments.add(task, by=pavel, text="@Pavel will see", kind="note")

    assert Notice.objects.filter(employee=pavel).count() == before


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Pavel and @ALICE!", ["Pavel", "Alice"]),
        ("(@Pavel)", ["Pavel"]),
        ("@Pavels", []),
        ("pavel@Pavel.example", []),
        ("@ Pavel", []),
        ("@Pavel @Pavel", ["Pavel"]),
        ("@Nobody", []),
        ("+Pavel, +7 900 and 2+Alice", ["Pavel"]),
        ("@" * 5000, []),
    ],
)
def test_names_behind_the_sign(text: str, names: list[str], pavel: Employee, alice: Employee) -> None:
    assert [employee.name for employee in named_in(text)] == names


def test_of_two_names_the_longer_one_is_meant(pavel: Employee, alice: Employee) -> None:
    alice.user.name = "Pavel Gromov"
    alice.user.save()

    assert [employee.name for employee in named_in("@Pavel Gromov, @Pavel")] == ["Pavel Gromov", "Pavel"]


def test_who_works_here_no_more_is_not_called(pavel: Employee) -> None:
    pavel.user.is_active = False
    pavel.user.save()

    assert named_in("@Pavel") == []


def test_colleagues_are_offered_by_parts_of_their_names(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    assert "Boris is not in the task yet" in words(browser.get(f"/tasks/{task.number}/colleagues/?q=BOR"))
    assert words(browser.get(f"/tasks/{task.number}/colleagues/?q=li")).endswith("Alice")
    assert "Pavel" not in words(browser.get(f"/tasks/{task.number}/colleagues/"))
    assert signed_in(boris).get(f"/tasks/{task.number}/colleagues/").status_code == 404


def test_7_whom_an_edit_calls_hears_of_it_once(liza: Writer, pavel: Employee, alice: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="@Alice, look", kind="note")
    heard = Notice.objects.filter(employee=alice).count()

    corrections.edit(note, by=pavel, text="@Alice and +Boris, look")

    assert Notice.objects.filter(employee=alice).count() == heard
    assert Notice.objects.get(employee=boris).reason == "mentioned"
    assert members.who_is(task, "participant") == [f"employee-{boris.pk}"]
    note.refresh_from_db()
    assert boris.pk in (note.notified or [])


def test_7_an_edit_in_a_draft_calls_nobody(olga: Employee, boris: Employee) -> None:
    values = {"name": "Order lanterns", "description": "", "project": None, "contact": None, "template": None}
    draft = making.make(values, by=olga)
    Task.objects.filter(pk=draft.pk).update(status=Status.objects.get(set=draft.status.set_id, key="draft"))
    draft.refresh_from_db()
    note = comments.add(draft, by=olga, text="Look", kind="note")

    corrections.edit(note, by=olga, text="@Boris, look")

    assert not Notice.objects.filter(employee=boris).exists()
    assert members.who_is(draft, "participant") == []


def test_an_edit_that_calls_nobody_leaves_who_was_notified(liza: Writer, pavel: Employee) -> None:
    note = comments.add(liza.says("Hello"), by=pavel, text="Look", kind="note")
    Comment.objects.filter(pk=note.pk).update(notified=None)

    corrections.edit(note, by=pavel, text="Look here")

    note.refresh_from_db()
    assert note.text == "Look here" and note.notified is None
