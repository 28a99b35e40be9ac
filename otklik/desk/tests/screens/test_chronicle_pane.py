"""The chronicle beside an open task (contracts/planfix-behaviour.md §9: a click opens the task at the right)."""

from __future__ import annotations

from django.test import Client

from otklik.desk.actions import comments, notices
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Employee, Favourite
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words


def wide(employee: Employee) -> Client:
    browser = signed_in(employee)
    browser.cookies["wide"] = "1"
    return browser


def test_9_the_chronicle_stays_beside_the_task_that_was_opened_from_it(
    liza: Writer, oleg: Writer, pavel: Employee
) -> None:
    hers, his = liza.says("Where is it?"), oleg.says("Hello", "Do you deliver to Tver?")
    browser = wide(pavel)

    page = browser.get(f"/tasks/{hers.number}/?in=chronicle")

    assert "Do you deliver to Tver?" in part(page, f"entry-{his.number}")
    assert f'href="/chronicle/{his.number}/later/"' in part(page, f"entry-{his.number}")
    assert 'aria-current="page"' in part(page, f"entry-link-{hers.number}")
    assert 'aria-current="page"' not in part(page, f"entry-link-{his.number}")
    news = words(browser.get(f"/tasks/{hers.number}/list/?in=chronicle", headers=by_htmx()))
    assert "Mark all read" in news and "Do you deliver to Tver?" in news


def test_9_a_phone_shows_the_task_alone_and_leads_back(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Where is it?")

    page = signed_in(pavel).get(f"/tasks/{task.number}/?in=chronicle").content.decode()

    assert 'id="entry-' not in page
    assert '<a class="list-path__back" href="/"' in page


def test_9_next_and_previous_follow_the_order_of_the_entries(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    browser = signed_in(pavel)

    def leads(number: int, to: str) -> str:
        return str(browser.get(f"/tasks/{number}/beside/?to={to}&in=chronicle")["Location"])

    assert leads(his.number, "next") == f"/tasks/{hers.number}/?in=chronicle"
    assert leads(hers.number, "previous") == f"/tasks/{his.number}/?in=chronicle"
    comments.add(his, by=pavel, text="We do.", kind="note")
    notices.read(his, by=pavel)
    assert leads(his.number, "next") == f"/tasks/{hers.number}/?in=chronicle"
    assert leads(his.number, "previous") == "/"


def test_9_past_events_stay_beside_their_task_too(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    hers, his = liza.says("Hello"), oleg.says("Hello")
    notices.read_all(by=pavel)
    browser = wide(pavel)
    latest, first = browser.get("/?all").context["entries"]

    page = browser.get(f"/tasks/{his.number}/?in=chronicle-all-{latest.event.number}")

    assert 'aria-current="page"' in part(page, f"entry-link-{latest.event.number}")
    step = browser.get(f"/tasks/{his.number}/beside/?to=next&in=chronicle-all-{latest.event.number}")
    assert step["Location"] == f"/tasks/{hers.number}/?in=chronicle-all-{first.event.number}"
    step = browser.get(f"/tasks/{hers.number}/beside/?to=next&in=chronicle-all-{first.event.number}")
    assert step["Location"] == "/?all"


def test_9_the_star_of_an_entry_is_ones_own(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")

    signed_in(pavel).post(f"/tasks/{task.number}/favourite/", headers=by_htmx())

    assert [kept.employee for kept in Favourite.objects.all()] == [pavel]
    assert "star--on" in part(signed_in(pavel).get("/"), f"star-{task.number}")
    assert "star--on" not in part(signed_in(alice).get("/"), f"star-{task.number}")


def test_a_long_chronicle_beside_a_task_costs_as_many_queries_as_a_short_one(
    shop_chat: Channel, pavel: Employee
) -> None:
    task = Writer(shop_chat, "Visitor").says("Hello")
    Writer(shop_chat, "Visitor 0").says("Hello")
    browser = wide(pavel)
    address = f"/tasks/{task.number}/?in=chronicle"
    browser.get(address)
    few = queries_of(browser, address)

    for number in range(1, 20):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    assert queries_of(browser, address) == few
