"""Every figure and every bar of the report leads to its rows, and there are as many as it says."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from otklik.desk import reports
from otklik.desk.actions import comments, contacts
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Contact, ContactTemplate, Employee, Source, Task
from otklik.desk.reports import Asked, Part
from otklik.desk.templatetags.durations import amount, duration
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.desk.tests.screens.test_report_screens import talk
from otklik.desk.views import report_chats


def move(task: Task, days: int) -> None:
    Task.objects.filter(pk=task.pk).update(created_at=task.created_at - timedelta(days=days))


@pytest.fixture
def chats(shop_chat: Channel, liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> list[Task]:
    """Liza's was answered by both and is completed, Oleg's waits, and on another site Pavel answered a chat of last
    week; a third client there was never answered."""
    hers = talk(liza, pavel)
    liza.says("And one thing more")
    comments.add(hers, by=alice, text="Yes?", kind="reply")
    completed = hers.status.set.statuses.get(key="completed")
    Task.objects.filter(pk=hers.pk).update(status=completed, completed_at=hers.created_at + timedelta(hours=2))
    his = oleg.says("Hello")
    blog = Source.objects.create(label="Telegram", name="@shop")
    there = Channel(
        blog.pk, "Telegram", shop_chat.task_template_id, shop_chat.contact_template_id, groups=shop_chat.groups
    )
    old = talk(Writer(there, "Vera"), pavel)
    move(old, 7)
    lost = Writer(there, "Igor").says("Is anybody there?")
    move(lost, 3)
    return [hers, his, old, lost]


def promised(page: str) -> list[tuple[str, int]]:
    """(link, number of chats that it speaks of) of each."""
    found = []
    for link in re.finditer(r'<a\b[^>]*href="(chats/\?[^"]*)"([^>]*)>(.*?)</a>', page, re.S):
        address, more, content = link.groups()
        said = re.search(r'title="(\d+) chat', more) or re.search(r"<title>[^<]*?(\d+) chat", content)
        text = re.sub(r"<[^>]*>", "", content).strip()
        found.append((unescape(address), int(said.group(1) if said else text)))
    return found


def rows_behind(browser: Client, link: str) -> int:
    page = browser.get(f"/reports/{link}")
    assert page.status_code == 200
    return page.content.decode().count('class="list__name"')


@pytest.mark.parametrize("narrowed", ["", "employee", "site", "group"])
def test_every_link_leads_to_as_many_rows_as_its_figure_says(
    chats: list[Task], olga: Employee, pavel: Employee, narrowed: str
) -> None:
    every: dict[str, dict[str, Any]] = {
        "": {}, "employee": {"employee": pavel.pk}, "site": {"site": chats[2].source_id},
        "group": {"group": pavel.groups.get().pk},
    }  # fmt: skip
    of = every[narrowed]
    browser = signed_in(olga)
    links = promised(browser.get("/reports/", of).content.decode())

    assert len(links) > 20
    wrong = [(link, said) for link, said in links if rows_behind(browser, link) != said]
    assert wrong == []


def test_the_tables_tell_the_same_measures_of_each(chats: list[Task]) -> None:
    today = timezone.localdate()
    found = reports.figures(Asked(today - timedelta(days=13), today))

    measures = ("name", "chats", "answered", "waited", "resolved", "waiting")
    rows = [[row[one] for one in measures] for by in ("employees", "sites", "channels") for row in found[by]]
    assert rows == [
        ["Alice", 1, 0, 1, 1, 0],
        ["Pavel", 2, 2, 2, 1, 0],
        ["@shop", 2, 1, 1, 0, 1],
        ["shop.example.com", 2, 1, 1, 1, 1],
        ["Chatra", 2, 1, 1, 1, 1],
        ["Telegram", 2, 1, 1, 0, 1],
    ]


@pytest.mark.parametrize(
    ("days", "step", "places"),
    [(1, "day", 1), (45, "day", 45), (46, "week", None), (211, "month", None), (366, "month", None)],
)
def test_a_plot_has_some_dozens_of_places_whatever_the_time(days: int, step: str, places: int | None) -> None:
    today = timezone.localdate()
    asked = Asked(today - timedelta(days=days - 1), today)

    found = reports.periods(asked)

    assert reports.step(asked) == step and (len(found) == places if places else len(found) <= reports.MOST_DAYS)
    assert (found[0][0], found[-1][1]) == (asked.since, asked.until)
    assert all(before[1] + timedelta(days=1) == after[0] for before, after in pairwise(found))


@pytest.mark.parametrize("days", [100, 365])
def test_weeks_and_months_have_their_rows_too(chats: list[Task], olga: Employee, days: int) -> None:
    browser, since = signed_in(olga), (timezone.localdate() - timedelta(days=days)).isoformat()
    page = browser.get("/reports/", {"since": since}).content.decode()
    links = [link for link in promised(page) if "day=" in link[0]]

    assert links and [link for link, said in links if rows_behind(browser, link) != said] == []


def test_the_rows_say_whose_they_are_and_have_orders(chats: list[Task], olga: Employee, pavel: Employee) -> None:
    browser, today = signed_in(olga), timezone.localdate()
    asked: dict[str, str | int] = {
        "only": "waited",
        "employee": pavel.pk,
        "day": today.isoformat(),
        "site": chats[0].source_id or 0,
    }
    page = words(browser.get("/reports/chats/", asked))
    assert "Waiting: chats with waits that ended · 1 chat" in page
    assert "shop.example.com answered by Pavel" in page and "Liza" in page

    def order(sort: str) -> list[str]:
        found = browser.get("/reports/chats/", {"sort": sort}).content.decode()
        return list(re.findall(r'list__client[^"]*">(\w+)', found))

    assert order("client") == ["Igor", "Liza", "Oleg", "Vera"]
    assert order("oldest")[0] == "Vera" and order("newest")[-1] == "Vera" and order("x") == order("newest")


def test_many_rows_have_pages(chats: list[Task], olga: Employee) -> None:
    first, contact = chats[0], chats[0].contact
    Task.objects.bulk_create(
        Task(number=1000 + n, name="One", status=first.status, template=first.template, contact=contact,
             source=first.source, reason="first")
        for n in range(report_chats.SHOWN)
    )  # fmt: skip
    browser = signed_in(olga)

    pages = [browser.get("/reports/chats/", {"page": page}).content.decode() for page in (1, 2)]

    assert [page.count('class="list__name"') for page in pages] == [report_chats.SHOWN, 4]
    assert "page=2" in pages[0] and "page=1" in pages[1] and "page=3" not in pages[1]


def test_a_file_that_does_not_hold_all_says_so(chats: list[Task]) -> None:
    today = timezone.localdate()
    asked = Asked(today - timedelta(days=13), today)

    with translation.override("en"):
        [[said]] = report_chats._rest(reports.rows(asked, Part(), 2))

    assert said.startswith("Only 2 of 4 chats are in this file.")
    assert report_chats._rest(reports.rows(asked, Part(), 4)) == []


@pytest.mark.parametrize("by", ["times", "hours", "employees", "sites", "channels"])
def test_each_table_is_a_file_without_formulas(chats: list[Task], olga: Employee, by: str) -> None:
    Source.objects.filter(name="@shop").update(label="=1+1")
    rows = list(csv.reader(io.StringIO(signed_in(olga).get(f"/reports/{by}.csv").content.decode("utf-8-sig"))))

    assert len({len(row) for row in rows}) == 1 and rows[0][1] == "Chats"
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_a_table_that_there_is_not_is_not_found(olga: Employee) -> None:
    assert signed_in(olga).get("/reports/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.6, "1 min"), (60, "1 min"), (125, "2 min 5 s"), (599.4, "9 min 59 s"), (600, "10 min"),
     (3599, "1 h"),
     (3600, "1 h"), (3700, "1 h 2 min"), (86_399, "1 d"), (90_000, "1 d 1 h"), (None, "—")],
)  # fmt: skip
def test_a_time_is_said_in_its_two_largest_units(seconds: float | None, said: str) -> None:
    with translation.override("en"):
        assert duration(seconds).replace("\N{NO-BREAK SPACE}", " ") == said


def test_counts_are_grouped() -> None:
    with translation.override("en"):
        assert amount(69000) == "69,000"


def test_4_4_a_report_of_a_company_is_of_its_people(chats: list[Task], olga: Employee) -> None:
    company = contacts.make(ContactTemplate.objects.get(key="company"), by=olga, fields={"name": "Horns"})
    for task in chats[:2]:
        Contact.objects.filter(tasks=task).update(company=company)
    browser = signed_in(olga)

    rows = words(browser.get("/reports/chats/", {"client": company.number}))

    assert "2 chats" in rows and "Liza" in rows and "Oleg" in rows and "Vera" not in rows and "Horns" in rows
    assert "Reports of this company" in words(browser.get(f"/contacts/{company.number}/"))
    assert "1 chat" in words(browser.get("/reports/chats/", {"client": Contact.objects.get(name="Liza").number}))


def test_a_report_is_of_clients_of_one_template(chats: list[Task], olga: Employee) -> None:
    dealers = ContactTemplate.objects.create(own_name="Dealers", place=9)
    Contact.objects.filter(tasks=chats[0]).update(template=dealers)

    rows = words(signed_in(olga).get("/reports/chats/", {"template": dealers.pk}))

    assert "1 chat" in rows and "Liza" in rows and "Oleg" not in rows
    assert "clients of the template Dealers" in rows
