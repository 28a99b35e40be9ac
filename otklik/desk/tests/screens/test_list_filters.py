"""The list of tasks with its filters (contracts/planfix-behaviour.md §9)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk import task_filter, task_lists
from otklik.desk.actions import comments, due_dates, making, members, notices, statuses, tasks
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Employee, Group, Project, Role, Source, Status, Task, TaskMember
from otklik.desk.tests.actions.test_individual_statuses import given_to
from otklik.desk.tests.screens.stage import Writer, by_htmx, queries_of, signed_in, words


def numbers(browser: Client, query: str) -> list[int]:
    return [task.number for task in browser.get(f"/tasks/?{query}").context["page"].tasks]


def status_of(key: str) -> int:
    return Status.objects.get(key=key, set__key="standard").pk


@pytest.fixture
def hers(liza: Writer) -> Task:
    return liza.says("Where is my microphone?")


@pytest.fixture
def his(oleg: Writer) -> Task:
    return oleg.says("Do you deliver to Tver?")


def test_by_status_whatever_its_type(hers: Task, his: Task, pavel: Employee) -> None:
    tasks.reject(his, by=pavel, reason="Spam")
    browser = signed_in(pavel)

    assert numbers(browser, f"status={status_of('rejected')}") == [his.number]
    both = f"status={status_of('rejected')}&status={status_of('new')}"
    assert sorted(numbers(browser, both)) == [hers.number, his.number]
    assert numbers(browser, "show=inactive") == [his.number]


def test_by_assignee_group_and_nobody(hers: Task, his: Task, pavel: Employee, boris: Employee, olga: Employee) -> None:
    TaskMember.objects.filter(task=his).exclude(contact__isnull=False).delete()
    TaskMember.objects.create(task=hers, role=Role.objects.get(key="assignee"), employee=boris)
    support = Group.objects.get(name="Support")
    browser = signed_in(olga)

    assert numbers(browser, f"people=employee-{boris.pk}") == [hers.number]
    assert numbers(browser, f"people=group-{support.pk}") == [hers.number]
    assert numbers(browser, "people=nobody") == [his.number]
    assert numbers(browser, f"people=nobody&people=employee-{boris.pk}") == [his.number, hers.number]
    assert numbers(signed_in(pavel), "people=me") == [hers.number]


def test_by_site_project_client_words_and_days(hers: Task, his: Task, olga: Employee) -> None:
    other = Source.objects.create(label="Chatra", name="other.example.com")
    Task.objects.filter(pk=his.pk).update(
        source=other, project=Project.objects.create(name="Outlet"), created_at=timezone.now() - timedelta(days=9)
    )
    his.refresh_from_db()
    browser = signed_in(olga)
    today, week = timezone.localdate(), timezone.localdate() - timedelta(days=7)

    assert numbers(browser, f"site={other.pk}") == [his.number]
    assert numbers(browser, f"project={his.project_id}") == [his.number]
    assert his.contact and numbers(browser, f"client={his.contact.number}") == [his.number]
    assert numbers(browser, "words=lIz") == [hers.number]
    assert numbers(browser, f"words={his.number}") == [his.number]
    assert numbers(browser, f"since={week}") == [hers.number]
    assert numbers(browser, f"until={week}") == [his.number]
    assert numbers(browser, f"since={week}&until={today}") == [hers.number]


def test_quiet_unread_and_waiting(hers: Task, his: Task, pavel: Employee, alice: Employee) -> None:
    browser = signed_in(pavel)
    assert numbers(browser, "waiting=1&sort=longest") == [hers.number, his.number]

    comments.add(hers, by=alice, text="On its way", kind="reply")
    notices.read(his, by=pavel)
    Task.objects.filter(pk=his.pk).update(updated_at=timezone.now() - timedelta(days=3))

    assert numbers(browser, "waiting=1") == [his.number]
    assert numbers(browser, "unread=1") == [hers.number]
    assert numbers(browser, "quiet=2") == [his.number]


def test_6_what_one_has_not_accepted_yet(
    hers: Task, his: Task, olga: Employee, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    with_boris = [*members.who_is(his, "assignee"), f"employee-{boris.pk}"]
    members.change(his, "assignee", with_boris, seen=members.who_is(his, "assignee"), by=olga)
    both = given_to(pavel, boris, by=olga)
    asked = "unaccepted=1&sort=oldest"
    assert numbers(signed_in(pavel), asked) == [hers.number, his.number, both.number]
    assert numbers(signed_in(boris), asked) == [his.number, both.number]

    # For the group whoever takes it accepts, the others for themselves.
    for task, who in ((hers, alice), (his, alice), (both, pavel)):
        tasks.accept(task, by=who)

    assert numbers(signed_in(pavel), asked) == numbers(signed_in(olga), asked) == []
    assert numbers(signed_in(boris), asked) == [his.number, both.number]
    page = signed_in(boris).get("/tasks/?unaccepted=1")
    assert [chip.name for chip in page.context["chips"]] == ["Not yet accepted by me"]


def test_6_ones_own_drafts_are_found_by_their_status(olga: Employee, pavel: Employee) -> None:
    browser = signed_in(pavel)
    browser.post("/tasks/new/", {"name": "Order lanterns", "assignee": [f"employee-{olga.pk}"], "draft": "1"})
    query = f"status={status_of('draft')}"

    assert numbers(browser, query) == [Task.objects.latest("number").number]
    assert numbers(signed_in(olga), query) == []


def test_a_note_is_no_answer(hers: Task, pavel: Employee) -> None:
    comments.add(hers, by=pavel, text="Who knows?", kind="note")

    assert numbers(signed_in(pavel), "waiting=1") == [hers.number]


def test_a_filter_by_a_deleted_status_says_so_and_shows_the_rest(
    hers: Task, his: Task, olga: Employee, pavel: Employee
) -> None:
    status_set = hers.status.set
    waiting = statuses.add(status_set, by=olga, name="We wait", colour="blue", is_active=True)
    statuses.remove(waiting, by=olga)
    tasks.accept(his, by=pavel)
    browser = signed_in(pavel)

    page = browser.get(f"/tasks/?status={waiting.pk}&status={status_of('in_progress')}")

    assert "not there any more" in words(page)
    assert [task.number for task in page.context["page"].tasks] == [his.number]
    assert "not there any more" not in words(browser.get(f"/tasks/?status={status_of('in_progress')}"))


def test_nobody_finds_by_a_filter_what_he_may_not_see(hers: Task, boris: Employee, pavel: Employee) -> None:
    assert hers.contact
    for query in ("show=all", "waiting=1", "words=Liza", f"client={hers.contact.number}", "people=nobody"):
        page = signed_in(boris).get(f"/tasks/?{query}")
        assert (page.context["count"], page.context["page"].rows) == (0, [])


def test_chips_say_what_narrows_the_list_and_take_it_away(hers: Task, pavel: Employee) -> None:
    new = status_of("new")
    page = signed_in(pavel).get(f"/tasks/?status={new}&people=me&waiting=1&quiet=2&words=liza")

    chips = {chip.name: chip.without for chip in page.context["chips"]}
    assert set(chips) == {"“liza”", "New", "Mine", "Waiting for an answer", "Quiet for 2 days"}
    assert chips["Mine"] == f"status={new}&words=liza&waiting=1&quiet=2"
    assert chips["New"].startswith("show=all&")


def test_the_form_leads_to_a_short_address(hers: Task, pavel: Employee) -> None:
    browser = signed_in(pavel)
    said = "words=&show=active&people=me&quiet=&since=&until=&sort=latest&columns=number&columns=client&columns=said"

    answer = browser.get(f"/tasks/?{said}&columns=status&columns=people&columns=latest")

    assert (answer.status_code, answer["Location"]) == (302, "/tasks/?people=me")
    answer = browser.get("/tasks/?words=&show=active&sort=latest")
    assert answer["Location"] == "/tasks/?show=active"


def test_columns_are_chosen(hers: Task, pavel: Employee) -> None:
    browser = signed_in(pavel)
    usual, chosen = browser.get("/tasks/"), browser.get("/tasks/?columns=site&columns=created")

    assert "Last message" in words(usual) and "← " not in words(usual)
    assert "shop.example.com" in words(chosen)
    assert "Where is my microphone?" in words(usual) and "Where is my microphone?" not in words(chosen)


def test_orders_and_their_pages(shop_chat: Channel, pavel: Employee) -> None:
    made = [Writer(shop_chat, f"Visitor {number}").says("Hello").number for number in range(60)]
    browser = signed_in(pavel)
    for sort, wanted in {"oldest": made, "newest": made[::-1], "longest": made}.items():
        first = browser.get(f"/tasks/?sort={sort}").context["page"]
        second = browser.get(f"/tasks/?sort={sort}&before={first.older}").context["page"]
        assert [task.number for task in [*first.tasks, *second.tasks]] == wanted
        assert second.older == ""


def test_a_nonsensical_place_begins_at_the_beginning(hers: Task, pavel: Employee) -> None:
    for place in ("x", "1-2-3", "-", "9" * 40, "5-" + "9" * 18):
        assert signed_in(pavel).get("/tasks/", {"before": place}).status_code == 200


def test_a_filter_costs_as_many_queries_for_fifty_tasks_as_for_five(shop_chat: Channel, pavel: Employee) -> None:
    query = f"/tasks/?status={status_of('new')}&people=me&words=visitor&waiting=1&unread=1&sort=longest"
    for number in range(5):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    browser = signed_in(pavel)
    queries_of(browser, query)
    few = queries_of(browser, query)

    for number in range(5, 50):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    queries_of(browser, query)
    assert queries_of(browser, query) == few
    assert len(numbers(browser, query.partition("?")[2])) == 50


def test_a_live_list_keeps_its_filter(hers: Task, his: Task, pavel: Employee) -> None:
    rows = signed_in(pavel).get("/tasks/?words=oleg", headers=by_htmx()).content.decode()

    assert "<html" not in rows and "Oleg (Chatra)" in rows and "Liza (Chatra)" not in rows


def test_a_row_leads_to_its_task_and_remembers_the_list(hers: Task, pavel: Employee) -> None:
    page = signed_in(pavel).get("/tasks/?people=me").content.decode()

    assert f"/tasks/{hers.number}/?in={quote('people=me', safe='')}" in page


def test_by_due_date_in_its_order_and_page_by_page(liza: Writer, oleg: Writer, olga: Employee) -> None:
    today = timezone.localdate()
    now = timezone.localtime()
    late, soon, far = (making.make({"name": name, "description": ""}, by=olga) for name in ("late", "soon", "far"))
    hour = (now - timedelta(hours=1)).replace(second=0, microsecond=0)
    due_dates.change(late, hour.date(), hour.time(), seen=None, by=olga)
    due_dates.change(soon, today + timedelta(days=2), None, seen=None, by=olga)
    due_dates.change(far, today + timedelta(days=40), None, seen=None, by=olga)
    dateless = liza.says("Without a date")
    browser = signed_in(olga)

    assert numbers(browser, "due=over") == [late.number]
    assert sorted(numbers(browser, "due=week")) == sorted([late.number, soon.number])
    assert numbers(browser, "sort=due") == [late.number, soon.number, far.number, dateless.number]
    assert numbers(browser, "sort=due_last") == [far.number, soon.number, late.number, dateless.number]
    assert "Overdue" in words(browser.get("/tasks/?due=over"))
    # Page by page, and beside the open task.
    wanted = task_filter.read({"sort": ["due"]})
    found = task_lists.found(olga, wanted)
    first = task_lists.page(olga, found, "due", size=2)
    assert [task.number for task in first.tasks] == [late.number, soon.number]
    second = task_lists.page(olga, found, "due", first.older, size=1)
    assert [task.number for task in second.tasks] == [far.number]
    assert [task.number for task in task_lists.page(olga, found, "due", second.older).tasks] == [dateless.number]
    assert task_lists.beside(olga, wanted, Task.objects.get(pk=soon.pk), forward=True) == far
    assert task_lists.beside(olga, wanted, Task.objects.get(pk=soon.pk), forward=False) == late
    assert task_lists.beside(olga, wanted, far, forward=True) == dateless
    assert task_lists.beside(olga, wanted, dateless, forward=False) == far
    Task.objects.filter(pk=late.pk).update(completed_at=now)
    assert numbers(browser, "due=over") == []
