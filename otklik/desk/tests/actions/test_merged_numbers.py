"""Merging and taking apart keep the place of each comment, and what the tasks were (§13)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.desk.actions import comments, making, task_merging, task_people, tasks
from otklik.desk.models import (
    Due,
    Employee,
    Favourite,
    Notice,
    Status,
    Task,
    TaskField,
    TaskMember,
    TaskMerge,
    TaskValue,
)
from otklik.desk.tests.screens.stage import Writer, signed_in, words

pytestmark = pytest.mark.django_db


def make(by: Employee, name: str = "Order boxes", description: str = "", **people: list[Employee]) -> Task:
    values: dict[str, Any] = {"name": name, "description": description}
    values |= {role: [f"employee-{one.pk}" for one in people.get(role, [])] for role in task_people.ROLES}
    return making.make(values, by=by)


def lines(task: Task) -> list[tuple[int, int, str]]:
    return list(task.comments.order_by("number").values_list("number", "pk", "text"))


def note(task: Task, by: Employee, text: str) -> None:
    task.refresh_from_db()
    comments.add(task, by=by, text=text, kind="note")


class Undone(Exception):
    """Ends a story, so that the next one begins as this one did."""


# A: to the first task, B: to the second, C: to the third; a merge of one of the first two into the third, its undoing.
STEPS = st.lists(st.sampled_from(["A", "B", "C", "merge A", "merge B", "undo A", "undo B"]), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_13_each_task_is_as_it_was_and_what_came_after_stands_behind(olga: Employee, steps: list[str]) -> None:
    with pytest.raises(Undone), transaction.atomic():
        cast = {name: make(olga, name) for name in "ABC"}
        merges: dict[str, TaskMerge] = {}
        own: dict[str, list[tuple[int, str]]] = {name: [] for name in "ABC"}
        for step, word in enumerate(steps):
            name = word[-1]
            if word.startswith("merge"):
                if name not in merges:
                    merges[name] = task_merging.merge(cast[name], into=cast["C"], by=olga)
            elif word.startswith("undo"):
                if name in merges:
                    task_merging.unmerge(merges.pop(name), by=olga)
            else:
                # What is written while it is merged belongs to the task where it is written.
                where = "C" if name in merges else name
                note(cast[where], olga, f"{where}{step}")
                own[where].append((cast[where].comments.order_by("-pk")[0].pk, f"{where}{step}"))
        before = {name: lines(cast[name]) for name in "ABC"} if not merges else {}
        for name in [*merges]:
            task_merging.unmerge(merges.pop(name), by=olga)

        for name, task in cast.items():
            written = [(pk, text) for _number, pk, text in lines(task) if text]
            assert written == own[name]
            task.refresh_from_db()
            numbers = [number for number, _pk, _text in lines(task)]
            assert len(set(numbers)) == len(numbers) and max(numbers, default=0) <= task.comment_count
            assert not before or before[name] == lines(task)
            assert not task.comments.filter(data__has_key="former").exists()
        raise Undone


def test_13_the_numbers_of_both_tasks_come_back_exactly(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("First"), make(olga, description="Ten of them")
    note(into, olga, "Second")
    liza.says("Third")
    before = {one.pk: lines(one) for one in (task, into)}

    done = task_merging.merge(task, into=into, by=olga)
    note(into, olga, "Later")
    task_merging.unmerge(done, by=olga)

    for one in (task, into):
        assert lines(one)[: len(before[one.pk])] == before[one.pk]
    assert [text for _number, _pk, text in lines(into) if text][-1] == "Later"


def test_a_merge_in_between_is_undone_before_the_later_one(liza: Writer, oleg: Writer, olga: Employee) -> None:
    one, other, into = liza.says("Hello"), oleg.says("Good day"), make(olga)
    note(into, olga, "Ours")
    before = lines(into)
    first = task_merging.merge(one, into=into, by=olga)
    note(into, olga, "Between")
    second = task_merging.merge(other, into=into, by=olga)

    task_merging.unmerge(first, by=olga)
    assert sorted(text for _number, _pk, text in lines(into) if text) == ["Between", "Good day", "Ours"]
    task_merging.unmerge(second, by=olga)

    assert lines(into)[: len(before)] == before
    assert [text for _number, _pk, text in lines(into) if text] == ["Ours", "Between"]
    assert [text for _number, _pk, text in lines(other) if text] == ["Good day"]


def test_13_what_the_other_task_leaves_empty_is_filled_and_emptied_again(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task, into = liza.says("Hello"), make(olga, description="")
    task.description = "A box for the cat\nwith a lid"
    task.save(update_fields=["description"])
    Due.objects.create(task=task, day="2030-05-01")
    field = TaskField.objects.create(name="Colour", kind="text", place=1)
    TaskValue.objects.create(task=task, field=field, value="red")
    Favourite.objects.create(task=task, employee=pavel)

    done = task_merging.merge(task, into=into, by=olga)

    into.refresh_from_db()
    assert into.additional_data == Task.objects.get(pk=task.pk).additional_data != []
    assert into.due.day.isoformat() == "2030-05-01" and TaskValue.objects.get(task=into).value == "red"
    assert Favourite.objects.filter(task=into, employee=pavel).exists()
    clients = TaskMember.objects.filter(task=into, contact=into.contact)
    assert into.contact and clients.filter(role__key="counterparty").exists()
    page = words(signed_in(olga).get(f"/tasks/{into.number}/"))
    assert f"Description of № {task.number} Liza (Chatra): A box for the cat" in page

    task_merging.unmerge(done, by=olga)
    into = Task.objects.get(pk=into.pk)
    assert (into.additional_data, into.contact, Due.objects.filter(task=into).exists()) == ([], None, False)
    assert not TaskValue.objects.filter(task=into).exists() and not Favourite.objects.filter(task=into).exists()
    assert not clients.exists() and "A box for the cat" not in words(signed_in(olga).get(f"/tasks/{into.number}/"))


def test_what_somebody_has_changed_since_stays(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello"), make(olga)
    Due.objects.create(task=task, day="2030-05-01")
    done = task_merging.merge(task, into=into, by=olga)
    Due.objects.filter(task=into).update(day="2031-06-02")

    task_merging.unmerge(done, by=olga)

    assert Due.objects.get(task=into).day.isoformat() == "2031-06-02"
    assert Due.objects.get(task=task).day.isoformat() == "2030-05-01"


def test_13_lines_of_the_system_name_their_former_task(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, into = liza.says("Hello"), make(olga)
    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key="in_progress"), by=olga)

    task_merging.merge(task, into=into, by=olga)

    page = words(signed_in(olga).get(f"/tasks/{into.number}/"))
    assert f"Status: In progress · from № {task.number}" in page


def test_who_hears_of_the_task_is_told_of_the_merge_or_not(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, into = liza.says("Hello"), make(olga, assignee=[pavel])
    Notice.objects.all().delete()
    done = task_merging.merge(task, into=into, by=olga)
    assert Notice.objects.filter(employee=pavel, reason="merged").count() == 1
    task_merging.unmerge(done, by=olga)
    Notice.objects.all().delete()

    task_merging.merge(task, into=into, by=olga, quietly=True)

    assert not Notice.objects.filter(reason="merged").exists()
