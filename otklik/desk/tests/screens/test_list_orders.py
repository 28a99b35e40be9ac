"""Orders, columns and filters of the list of tasks (contracts/planfix-behaviour.md §9)."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from otklik.desk import task_filter, task_lists
from otklik.desk.actions import due_dates, making, members, saved_views, task_fields, tasks
from otklik.desk.actions.incoming import Channel
from otklik.desk.actions.saved_views import Wanted
from otklik.desk.models import Employee, Status, Task, TaskTemplate
from otklik.desk.task_filter import TaskFilter
from otklik.desk.tests.screens.stage import Writer, queries_of, signed_in, words


def made(name: str, by: Employee, *assignees: Employee) -> Task:
    people = {"assignee": [f"employee-{one.pk}" for one in assignees], "participant": [], "auditor": []}
    return making.make({"name": name, "description": "", **people}, by=by)


def names(browser: Client, query: str) -> list[str]:
    return [task.name for task in browser.get(f"/tasks/?{query}").context["page"].tasks]


@pytest.mark.parametrize(
    ("sort", "then"),
    [
        ("name", ["Жук", "apple", "Banana", "Цапля"]),
        ("name_last", ["Цапля", "Banana", "apple", "Жук"]),
        ("status", ["Цапля", "Banana", "apple", "Жук"]),
        ("client", ["Цапля", "apple", "Banana", "Жук"]),
        ("due", ["Цапля", "apple", "Banana", "Жук"]),
        ("oldest", ["Жук", "Banana", "apple", "Цапля"]),
    ],
)
def test_each_order_is_kept_from_page_to_page_and_from_task_to_task(olga: Employee, sort: str, then: list[str]) -> None:
    for name in ("Жук", "Banana", "apple", "Цапля"):
        made(name, olga)
    wanted = task_filter.read({"sort": [sort]})
    found = task_lists.found(olga, wanted)
    whole = task_lists.page(olga, found, sort).tasks
    assert sorted(task.name for task in whole) == sorted(then)

    first = task_lists.page(olga, found, sort, size=2)
    second = task_lists.page(olga, found, sort, first.older, size=2)

    assert [*first.tasks, *second.tasks] == whole and not second.older
    for task, after in itertools.pairwise(whole):
        assert task_lists.beside(olga, wanted, task, forward=True) == after
        assert task_lists.beside(olga, wanted, after, forward=False) == task


def test_orders_by_client_status_and_due_date(liza: Writer, oleg: Writer, olga: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    tasks.set_status(hers, Status.objects.get(set=hers.status.set_id, key="done"), by=olga)
    due_dates.change(hers, date(2030, 1, 2), seen=None, by=olga)
    due_dates.change(his, date(2030, 1, 1), seen=None, by=olga)
    browser = signed_in(olga)

    ours = made("Order boxes", olga)
    assert names(browser, "sort=client") == [hers.name, his.name, ours.name]
    assert names(browser, "sort=client_last") == [his.name, hers.name, ours.name]
    assert names(browser, "sort=status") == [ours.name, his.name, hers.name]
    assert names(browser, "sort=due") == [his.name, hers.name, ours.name]
    assert names(browser, "sort=due_last") == [hers.name, his.name, ours.name]
    assert names(browser, "due_since=2030-01-02") == [hers.name]
    assert names(browser, "due_until=2030-01-01") == [his.name]


def test_the_head_of_a_column_sorts_and_says_how(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    browser = signed_in(olga)

    page = browser.get("/tasks/?sort=client&columns=client&columns=status&columns=due").content.decode()

    assert page.count("aria-sort=") == 1 and 'aria-sort="ascending"' in page
    assert "sort=client_last" in page and "sort=status" in page and "sort=due" in page
    assert 'aria-sort="descending"' in browser.get("/tasks/?sort=client_last").content.decode()


def test_filters_by_assigner_participant_and_template(olga: Employee, pavel: Employee, boris: Employee) -> None:
    hers, his = made("Hers", olga, pavel), made("His", pavel, olga)
    members.change(his, "participant", [f"employee-{boris.pk}"], seen=[], by=olga)
    browser = signed_in(olga)

    assert names(browser, "assigner=me") == ["Hers"]
    assert names(browser, f"assigner=employee-{pavel.pk}") == ["His"]
    assert names(browser, f"participant=employee-{boris.pk}") == ["His"]
    assert sorted(names(browser, f"template={hers.template_id}")) == ["Hers", "His"]
    page = words(browser.get(f"/tasks/?participant=employee-{boris.pk}&columns=assigner&columns=template"))
    assert "Participant: Boris" in page and "Pavel" in page and "Standard template" in page


@pytest.mark.parametrize("query", ["template=99999", "assigner=employee-99999", "status=99999", "due_since=never"])
def test_what_a_filter_names_and_is_not_there_is_said_and_the_rest_shown(olga: Employee, query: str) -> None:
    made("Hers", olga)

    page = signed_in(olga).get(f"/tasks/?{query}")

    assert "is not there any more" in words(page) and [task.name for task in page.context["page"].tasks] == ["Hers"]


def test_all_of_it_is_kept_in_a_view(olga: Employee) -> None:
    template = TaskTemplate.objects.get(key="standard").pk
    due_dates.change(made("Hers", olga), date(2029, 12, 31), seen=None, by=olga)
    given: dict[str, Any] = {"assigner": ("me",), "template": (template,), "due_until": date(2030, 1, 1)}
    wanted = TaskFilter(**given, sort="name_last", columns=("assigner", "due", "template"))
    view = saved_views.save(Wanted("Mine", wanted), by=olga)

    shown = signed_in(olga).get(f"/tasks/?view={view.pk}")

    assert shown.context["wanted"] == wanted and f"&amp;view={view.pk}" in shown.content.decode()


@pytest.mark.parametrize("before", ["x", "W10", "WzFd", "bnVsbA", "W251bGxd", "%00", "1-2", "A" * 5000])
def test_nonsense_as_a_place_is_the_beginning(olga: Employee, before: str) -> None:
    made("Hers", olga)

    for sort in task_filter.SORTS:
        assert signed_in(olga).get(f"/tasks/?sort={sort}&before={before}").status_code == 200


@pytest.mark.parametrize(
    "place", ['["x"]', "[{}]", "[true]", "[0.0]", "[-1]", "[7, 1]", '[0, "\\ud800", 1]', '[0, "x"]', "[" * 1400]
)
def test_a_place_of_values_of_other_kinds_is_the_beginning(olga: Employee, place: str) -> None:
    made("Hers", olga)
    before = urlsafe_b64encode(place.encode()).decode().rstrip("=")

    for sort in task_filter.SORTS:
        assert names(signed_in(olga), f"sort={sort}&before={before}") == ["Hers"], sort


def test_all_columns_of_many_tasks_cost_as_many_queries_as_of_few(shop_chat: Channel, olga: Employee) -> None:
    address = "/tasks/?sort=client&" + "&".join(f"columns={name}" for name in task_filter.COLUMNS)
    Writer(shop_chat, "Visitor").says("Hello")
    browser = signed_in(olga)
    browser.get(address)
    few = queries_of(browser, address)

    for number in range(12):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
        made(f"Task {number}", olga)
    assert queries_of(browser, address) == few


def test_by_own_fields_of_each_kind_and_their_columns(olga: Employee, pavel: Employee) -> None:
    hers, his = made("Hers", olga), made("His", olga)
    kinds = {"Order": "text", "Sum": "number", "Delivery": "date", "Carrier": "choice", "Driver": "person"}
    own = {}
    for name, kind in kinds.items():
        choices = ["Post", "Train"] if kind == "choice" else []
        own[name] = task_fields.save(None, name=name, kind=kind, choices=choices, template=None, by=olga)
    ids = {name: field.pk for name, field in own.items()}
    of_hers = {"Order": "A-17", "Sum": "100", "Delivery": "2030-01-01", "Carrier": "Post", "Driver": str(pavel.pk)}
    of_his = {"Order": "B-18", "Sum": "20", "Delivery": "2030-02-01", "Carrier": "Train", "Driver": str(olga.pk)}
    for task, values in ((hers, of_hers), (his, of_his)):
        task_fields.fill(task, {ids[name]: value for name, value in values.items()}, seen={}, by=olga)
    browser = signed_in(olga)

    asked = {
        f"field-{ids['Order']}": "a-1", f"field-{ids['Sum']}-from": "50", f"field-{ids['Delivery']}-to": "2030-01-15",
        f"field-{ids['Carrier']}": "Post", f"field-{ids['Driver']}": str(pavel.pk),
    }  # fmt: skip
    for name, value in asked.items():
        assert names(browser, urlencode({name: value})) == ["Hers"], name
    assert names(browser, urlencode(asked)) == ["Hers"]
    page = browser.get("/tasks/?" + urlencode(asked | {"columns": f"field-{ids['Order']}"}))
    for said in ("Order: “a-1”", "Sum: from 50", "Carrier: Post", "Driver: Pavel", "A-17"):
        assert said in words(page), said

    task_fields.archive(own["Order"], is_wanted=True, by=olga)
    page = browser.get(f"/tasks/?field-{ids['Order']}=a-1&columns=field-{ids['Order']}")
    assert "is not there any more" in words(page) and len(page.context["page"].tasks) == 2
