"""Why people are in a task, and why one was told of it."""

from __future__ import annotations

import ast
from pathlib import Path

from otklik import desk
from otklik.conftest import make_employee
from otklik.desk.actions import editing, members, notifying, task_merging
from otklik.desk.models import Employee, Notice, Task
from otklik.desk.tests.actions.test_merged_numbers import make
from otklik.desk.tests.screens.stage import Writer, queries_of, signed_in, words
from otklik.desk.views.task_history import REASONS
from otklik.people.models import User

HERE = Path(desk.__file__).parent


def recorded() -> set[str]:
    """Reasons that stand in the code wherever somebody is notified."""
    reasons: set[str] = set()
    for folder in ("actions", "scenarios"):
        for file in (HERE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                given = {one.arg: one.value for one in node.keywords} if isinstance(node, ast.Call) else {}
                if "notified" in given and "reason" in given:
                    texts = [one.value for one in ast.walk(given["reason"]) if isinstance(one, ast.Constant)]
                    reasons |= {text for text in texts if text and isinstance(text, str)}
    return reasons


def history(who: Employee, task: Task) -> str:
    return words(signed_in(who).get(f"/tasks/{task.number}/history/"))


def test_each_reason_that_is_recorded_has_words() -> None:
    assert {"client_wrote", "scenario", "merged", "assigned"} <= recorded()
    assert recorded() <= set(REASONS)


def test_who_came_by_a_merge_is_explained_by_it(liza: Writer, olga: Employee, pavel: Employee, boris: Employee) -> None:
    task, into = make(olga, "Bring boxes", participant=[boris]), make(olga, participant=[pavel])

    task_merging.merge(task, into=into, by=olga)

    reason = f"They came with № {task.number}, which Olga merged into this task."
    assert f"Boris — Participant {reason}" in history(olga, into)
    assert f"Pavel — Participant {reason}" not in history(olga, into)


def test_people_of_one_name_are_told_apart(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    first, second = make_employee("Anna"), make_employee("Annie")
    User.objects.filter(pk=second.user_id).update(name="Anna")
    members.change(task, "participant", [f"employee-{first.pk}"], seen=[], by=pavel)
    now = [f"employee-{first.pk}", f"employee-{second.pk}"]
    editing.change(task, {"participant": now}, seen=editing.values_of(task), by=olga)

    page = history(olga, task)

    assert page.count("Anna — Participant Pavel added them later.") == 1
    assert page.count("Anna — Participant Olga added them later.") == 1


def test_each_notice_says_which_event_it_was_and_what_became_of_it(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    members.change(
        task, "assignee", [*members.who_is(task, "assignee"), f"employee-{pavel.pk}"],
        seen=members.who_is(task, "assignee"), by=olga,
    )  # fmt: skip
    notifying.plan()

    page = history(pavel, task)

    assert "Olga · Assigned: Pavel" in page and "you were given the task" in page
    assert "Chronicle: Delivered" in page and "Sound: Not sent. Switched off in the settings." in page
    assert "All of which I was told" in page


def test_the_page_of_reasons_costs_the_same_for_many_people_and_notices(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    few = queries_of(signed_in(pavel), f"/tasks/{task.number}/history/")
    liza.says(*[f"Line {number}" for number in range(10)])
    people = [f"employee-{make_employee(f'Anna {number}').pk}" for number in range(5)]
    members.change(task, "participant", people, seen=[], by=olga)
    notifying.plan()

    assert Notice.objects.filter(employee=pavel).count() > 10
    assert queries_of(signed_in(pavel), f"/tasks/{task.number}/history/") <= few + 1
