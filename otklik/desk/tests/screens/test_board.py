"""The board: tasks in columns of their statuses (contracts/planfix-behaviour.md §6, §9)."""

from __future__ import annotations

from typing import Any

from otklik.desk.actions import members, status_sets, tasks
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Employee, ForbiddenTransition, Status, StatusSet, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, queries_of, signed_in, words


def status_of(key: str) -> Status:
    return Status.objects.get(key=key, set__key="standard")


def columns(page: Any) -> dict[str, list[int]]:
    found = {column.status.key: [card.row.task.number for card in column.cards] for column in page.context["columns"]}
    return {key: numbers for key, numbers in found.items() if numbers}


def test_each_task_stands_in_the_column_of_its_status(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    tasks.accept(his, by=pavel)

    page = signed_in(pavel).get("/tasks/board/")

    assert columns(page) == {"new": [hers.number], "in_progress": [his.number]}
    assert "Draft" not in words(page)


def test_a_board_keeps_the_filter_of_its_list(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers = liza.says("Hello")
    tasks.set_status(hers, status_of("completed"), by=pavel)
    oleg.says("Hello")
    browser = signed_in(pavel)

    assert columns(browser.get("/tasks/board/?words=liza")) == {"completed": [hers.number]}
    assert "/tasks/board/?words=liza" in browser.get("/tasks/?words=liza").content.decode()


def test_a_card_is_moved_where_a_transition_leads(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    ForbiddenTransition.objects.create(before=status_of("new"), after=status_of("completed"))
    browser = signed_in(pavel)
    card = browser.get("/tasks/board/").context["columns"][0].cards[0]
    assert status_of("completed") not in card.steps and status_of("in_progress") in card.steps

    def moves(key: str) -> Any:
        given = {"task": task.number, "status": status_of(key).pk, "query": "show=active"}
        return browser.post("/tasks/board/moving/", given, headers=by_htmx())

    assert columns(moves("in_progress")) == {"in_progress": [task.number]}
    ForbiddenTransition.objects.create(before=status_of("in_progress"), after=status_of("new"))
    refused = moves("new")
    assert refused.status_code == 422 and "cannot go from" in words(refused)
    assert columns(refused) == {"in_progress": [task.number]}


def test_whoever_may_not_change_the_status_has_no_menu(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    members.change(task, "participant", [f"employee-{boris.pk}"], seen=[], by=pavel)
    browser = signed_in(boris)

    page = browser.get("/tasks/board/")
    assert columns(page) == {"new": [task.number]} and "draggable" not in page.content.decode()
    browser.post("/tasks/board/moving/", {"task": task.number, "status": status_of("completed").pk})
    assert Task.objects.get(pk=task.pk).status.key == "new"


def test_nobody_moves_or_sees_the_cards_of_others(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(boris)

    assert columns(browser.get("/tasks/board/")) == {}
    given = {"task": task.number, "status": status_of("completed").pk}
    assert browser.post("/tasks/board/moving/", given).status_code == 404


def test_a_set_of_its_own_has_a_board_of_its_own(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    own = status_sets.make("Orders", like=StatusSet.objects.get(key="standard"), by=olga)
    browser = signed_in(olga)

    page = browser.get(f"/tasks/board/?set={own.pk}")

    assert page.context["set"] == own and columns(page) == {}
    assert browser.get("/tasks/board/?set=99999").context["set"] == StatusSet.objects.get(key="standard")


def test_a_full_board_costs_as_many_queries_as_a_small_one(shop_chat: Channel, pavel: Employee) -> None:
    Writer(shop_chat, "First").says("Hello")
    browser = signed_in(pavel)
    few = queries_of(browser, "/tasks/board/")

    for number in range(24):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    full = queries_of(browser, "/tasks/board/")
    assert full <= few + 1

    for number in range(24, 40):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    # How many there are is asked only of a column that is full.
    assert queries_of(browser, "/tasks/board/") == full
    [new, *_others] = browser.get("/tasks/board/").context["columns"]
    assert (len(new.cards), new.count) == (25, 41)
