"""What the screens tell of who has accepted a new task (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions import members, tasks
from otklik.desk.models import Employee, Group, Status, StatusSet, Task
from otklik.desk.tests.actions.test_individual_statuses import code, given_to, status
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words

pytestmark = pytest.mark.django_db


def header(who: Employee, task: Task) -> tuple[str, str]:
    """Its HTML, and what one reads of where the assignees stand."""
    page = signed_in(who).get(f"/tasks/{task.number}/")
    return part(page, "task-header"), " ".join(words(page).split())


def test_who_accepted_sees_it_and_for_whom_one_waits(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    answer = signed_in(pavel).post(f"/tasks/{task.number}/acceptance/", headers=by_htmx())

    assert "You accepted Still waiting for: Alice" in words(answer)
    html, _said = header(pavel, task)
    assert "/acceptance/" not in html and "/rejection/" not in html


def test_6_who_is_awaited_has_the_operations_and_the_assigner_has_not(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)

    html, said = header(alice, task)
    assert "/acceptance/" in html and "/rejection/" in html and "Accepted: Pavel Still waiting for: Alice" in said

    html, said = header(olga, task)
    assert "/acceptance/" not in html and "Accepted: Pavel Still waiting for: Alice" in said


def test_the_header_tells_who_refused_and_why(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    signed_in(pavel).post(f"/tasks/{task.number}/rejection/", {"reason": "On leave"}, headers=by_htmx())
    assert "Rejected: Pavel — On leave" in header(olga, task)[1]
    html, said = header(pavel, task)
    assert "You rejected" in said and "/acceptance/" in html and "/rejection/" not in html

    tasks.accept(task, by=alice)
    assert "Rejected: Pavel — On leave" in header(olga, task)[1]


def test_a_colleague_answered_for_the_group(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    task = given_to(support, boris, by=olga)
    tasks.accept(task, by=alice)

    html, said = header(pavel, task)

    assert "/acceptance/" not in html and "Accepted: Support (Alice)" in said and "Still waiting for: Boris" in said


def test_a_chat_of_one_group_is_as_it_was(liza: Writer, pavel: Employee, support: Group) -> None:
    task = liza.says("Hello")

    html, _said = header(pavel, task)

    assert "/acceptance/" in html and "task__standing" not in html


def test_the_label_is_for_those_to_whom_it_applies(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)
    tasks.set_status(given_to(pavel, by=olga), status("in_progress"), by=olga)

    assert "Not accepted" in words(signed_in(alice).get("/"))
    assert "Not accepted" in words(signed_in(olga).get("/"))
    chronicle = words(signed_in(pavel).get("/?all=1"))
    assert "You accepted" in chronicle and "Not accepted" not in chronicle


@pytest.mark.parametrize("path", ["/tasks/?show=all", "/tasks/board/"])
def test_lists_and_board_show_ones_own_answer(olga: Employee, pavel: Employee, alice: Employee, path: str) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)

    assert "You accepted" in words(signed_in(pavel).get(path))
    assert "You accepted" not in words(signed_in(alice).get(path))


def test_lists_ask_as_much_for_many_as_for_one(
    olga: Employee, pavel: Employee, boris: Employee, support: Group
) -> None:
    def accepted() -> None:
        tasks.accept(given_to(support, boris, by=olga), by=pavel)

    accepted()
    browser = signed_in(pavel)
    counts = {path: queries_of(browser, path) for path in ("/", "/tasks/?show=all", "/tasks/board/")}
    for _n in range(4):
        accepted()

    assert {path: queries_of(browser, path) for path in counts} == counts


def test_6_the_feed_and_the_log_tell_each_answer(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)
    tasks.reject(task, by=alice, reason="Not mine")

    assert "Rejects the task — Not mine" in header(olga, task)[1]
    assert "Accepts the task" in words(signed_in(olga).get(f"/tasks/{task.number}/history/"))
    assert "Rejects the task — Not mine" in words(signed_in(olga).get("/?all=1"))


def test_dragging_on_the_board_sets_the_whole_task(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    given = {"task": task.number, "status": status("in_progress").pk, "query": ""}

    signed_in(olga).post("/tasks/board/moving/", given)

    assert Task.objects.get(pk=task.pk).status.key == "in_progress"


def save(browser: Any, row: Status, **given: str) -> Any:
    path = f"/management/statuses/{row.set_id}/{row.pk}/"
    shown = browser.get(path).context["seen"]
    return browser.post(path, {"colour": row.colour, "type": "active", "seen": shown, **given})


def test_6_whether_a_status_is_individual_is_set_where_it_may_be(olga: Employee) -> None:
    browser, new, done = signed_in(olga), status("new"), status("done")

    assert save(browser, new, sharing="shared").status_code == 302
    assert not Status.objects.get(pk=new.pk).is_individual

    assert save(browser, done, sharing="individual").status_code == 302
    assert not Status.objects.get(pk=done.pk).is_individual
    assert "sharing" not in browser.get(f"/management/statuses/{done.set_id}/{done.pk}/").content.decode()


def test_6_a_new_status_of_the_account_may_be_individual(olga: Employee) -> None:
    standard = StatusSet.objects.get(key="standard")
    given = {"name": "Read", "colour": "orange", "type": "active", "sharing": "individual"}

    answer = signed_in(olga).post(f"/management/statuses/{standard.pk}/", given, follow=True)

    assert standard.statuses.get(own_name="Read").is_individual
    assert "individual" in words(answer)


def test_what_one_does_not_choose_stays_for_all(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)

    members.change(task, "participant", [code(pavel)], seen=[], by=olga)

    assert "Still waiting for: Alice" in header(pavel, task)[1]
