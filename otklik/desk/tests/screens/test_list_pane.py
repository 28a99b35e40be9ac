"""The list beside an open task (contracts/planfix-behaviour.md §9: a click opens the task beside the list)."""

from __future__ import annotations

from urllib.parse import quote

from django.test import Client

from otklik.desk.actions import saved_views, tasks
from otklik.desk.actions.incoming import Channel
from otklik.desk.actions.saved_views import Wanted
from otklik.desk.models import Employee
from otklik.desk.task_filter import TaskFilter
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words


def wide(employee: Employee) -> Client:
    browser = signed_in(employee)
    browser.cookies["wide"] = "1"
    return browser


def test_a_wide_screen_has_the_list_beside_the_task(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Where is it?"), oleg.says("Hello")

    page = wide(pavel).get(f"/tasks/{hers.number}/?in=people%3Dme").content.decode()

    assert f'href="/tasks/{his.number}/?in=people%3Dme"' in page
    assert f'id="pane-{hers.number}" href="/tasks/{hers.number}/?in=people%3Dme" aria-current="page"' in page
    assert 'id="pane-' not in signed_in(pavel).get(f"/tasks/{hers.number}/").content.decode()


def test_the_next_task_the_one_before_and_back(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    browser = signed_in(pavel)

    def leads(number: int, to: str) -> str:
        return str(browser.get(f"/tasks/{number}/beside/?to={to}&in=people%3Dme")["Location"])

    assert leads(his.number, "next") == f"/tasks/{hers.number}/?in=people%3Dme"
    assert leads(hers.number, "previous") == f"/tasks/{his.number}/?in=people%3Dme"
    assert leads(hers.number, "next") == "/tasks/?people=me"
    assert "the last task of this list" in words(browser.get("/tasks/?people=me"))


def test_a_task_that_left_the_list_still_leads_on(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers = liza.says("Hello")
    his = oleg.says("Hello")
    tasks.reject(his, by=pavel, reason="Spam")

    answer = signed_in(pavel).get(f"/tasks/{his.number}/beside/?to=next&in=show%3Dactive")

    assert answer["Location"].startswith(f"/tasks/{hers.number}/")


def test_a_saved_view_stays_the_list_of_its_tasks(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    view = saved_views.save(Wanted("My own", TaskFilter(people=("me",), sort="oldest")), by=pavel)

    page = wide(pavel).get(f"/tasks/{task.number}/?in={quote(f'view={view.pk}')}")

    assert page.context["list_name"] == "My own"
    assert f'href="/tasks/?view={view.pk}"' in part(page, "content")


def test_the_list_beside_a_task_shows_nobody_more_than_his(liza: Writer, oleg: Writer, boris: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    browser = wide(boris)

    assert browser.get(f"/tasks/{hers.number}/list/", headers=by_htmx()).status_code == 404
    assert browser.get(f"/tasks/{his.number}/beside/?to=next").status_code == 404


def test_nonsense_as_a_list_is_the_active_tasks(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    for query in ("%00", "view=999", "x" * 5000, "status=99999", "people=zzz&sort=%F0%9F%98%80"):
        assert wide(pavel).get(f"/tasks/{task.number}/", {"in": query}).status_code == 200


def test_a_long_list_costs_as_many_queries_as_a_short_one(shop_chat: Channel, pavel: Employee) -> None:
    task = Writer(shop_chat, "Visitor").says("Hello")
    for number in range(3):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    browser = wide(pavel)
    browser.get(f"/tasks/{task.number}/")
    few = queries_of(browser, f"/tasks/{task.number}/")

    for number in range(3, 45):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    assert queries_of(browser, f"/tasks/{task.number}/") == few
