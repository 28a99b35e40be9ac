"""Merging by choosing: one task, many of a list, and taking it back at once (§13)."""

from __future__ import annotations

import re

import pytest

from otklik.desk.actions import task_merging
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Employee, MassAction, Notice, Task, TaskMerge
from otklik.desk.tests.actions.test_merged_numbers import make
from otklik.desk.tests.screens.stage import Writer, feed_of, signed_in, words


def offered(who: Employee, text: str, besides: int = 0) -> list[int]:
    page = signed_in(who).get("/tasks/choice/", {"typed": text, "besides": str(besides)}).content.decode()
    return [int(number) for number in re.findall(r'name="number" value="(\d+)"', page)]


def test_a_task_is_chosen_by_number_name_client_or_of_the_latest(
    liza: Writer, oleg: Writer, olga: Employee, boris: Employee
) -> None:
    chat, boxes = liza.says("Hello"), make(olga, "Order boxes")
    oleg.says("Good day")

    assert offered(olga, f"№ {chat.number}")[0] == chat.number
    assert offered(olga, "boxes") == [boxes.number]
    assert chat.number in offered(olga, "Liza")
    assert len(offered(olga, "")) == 3 and boxes.number not in offered(olga, "", boxes.number)
    assert offered(boris, "Liza") == [] and "Nothing found" in words(signed_in(boris).get("/tasks/choice/?typed=Liza"))


def test_what_was_typed_counts_where_nothing_was_chosen(liza: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello"), make(olga)
    browser = signed_in(olga)

    assert "Order boxes" in words(browser.post(f"/tasks/{task.number}/merging/", {"typed": f"№ {into.number}"}))
    chosen = browser.post(f"/tasks/{task.number}/merging/", {"typed": "box", "number": into.number})
    assert "Do not notify of the changes" in words(chosen)
    refused = browser.post(f"/tasks/{task.number}/merging/", {"typed": "box"})
    assert refused.status_code == 422 and "There is no task with this number." in words(refused)


def test_13_administrators_alone_merge_without_telling(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, into = liza.says("Hello"), make(olga, assignee=[pavel])
    Notice.objects.all().delete()
    with pytest.raises(NotAllowed):
        task_merging.merge(make(pavel), into=make(pavel), by=pavel, quietly=True)

    signed_in(olga).post(f"/tasks/{task.number}/merging/", {"number": into.number, "sure": "1", "quietly": "1"})

    assert TaskMerge.objects.filter(into=into).exists() and not Notice.objects.filter(reason="merged").exists()


def test_the_task_itself_offers_to_take_a_merge_back_for_a_while(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, into = liza.says("Hello"), make(olga, participant=[pavel])
    task_merging.merge(task, into=into, by=olga)
    notice = f"Olga has merged № {task.number} Liza (Chatra) into this task."
    done = TaskMerge.objects.get()

    assert notice in words(signed_in(olga).get(f"/tasks/{into.number}/"))
    signed_in(olga).post(f"/tasks/{into.number}/merging/{done.pk}/separation/")
    assert notice not in words(signed_in(olga).get(f"/tasks/{into.number}/"))


def test_13_chosen_tasks_of_a_list_are_merged_into_one_and_come_apart(
    liza: Writer, oleg: Writer, olga: Employee
) -> None:
    chats, into = [liza.says("Hello"), oleg.says("Good day")], make(olga)
    numbers = [task.number for task in (*chats, into)]
    browser = signed_in(olga)

    asked = browser.post("/tasks/mass/merging/", {"task": numbers})
    assert "3 tasks are chosen." in words(asked) and "The task that stays" in words(asked)
    browser.post("/tasks/mass/", {"task": numbers, "do": "merge", "number": into.number})

    assert {text for _kind, text in feed_of(into) if text} == {"Hello", "Good day"}
    assert Task.objects.kept().get() == into
    page = words(browser.get("/tasks/"))
    assert f"Merged into № {into.number} Order boxes : 2 tasks" in page
    browser.post(f"/tasks/mass/{MassAction.objects.get().pk}/undoing/")
    assert Task.objects.kept().count() == 3
    assert [text for _kind, text in feed_of(into) if text] == []
    assert {text for _kind, text in feed_of(chats[0]) if text} == {"Hello"}


def test_many_are_merged_into_none_without_a_choice(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task, hidden = liza.says("Hello"), make(olga)
    browser = signed_in(pavel)

    for number in ("", "nonsense", hidden.number):
        browser.post("/tasks/mass/", {"task": [task.number], "do": "merge", "number": number})
    assert "Choose the task that stays." in words(browser.get("/tasks/"))
    assert not TaskMerge.objects.exists() and not MassAction.objects.exists()
    assert browser.post("/tasks/mass/merging/", {}).status_code == 302
