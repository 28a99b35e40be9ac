from __future__ import annotations

from django.utils import timezone

from otklik.desk.actions import tasks
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Employee, Role, TaskMember
from otklik.desk.tests.screens.stage import Writer, by_htmx, queries_of, signed_in, words


def test_a_line_tells_number_name_client_status_and_assignees(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    page = words(signed_in(pavel).get("/tasks/"))

    assert f"{task.number} Liza (Chatra) 1 1 new Liza The client waits: Hello New Support" in page


def test_the_latest_is_on_top(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    liza.says("Hello")
    oleg.says("Hello")
    browser = signed_in(pavel)
    assert words(browser.get("/tasks/")).index("Oleg") < words(browser.get("/tasks/")).index("Liza")

    liza.says("Still there?")
    assert words(browser.get("/tasks/")).index("Liza") < words(browser.get("/tasks/")).index("Oleg")


def test_active_mine_and_all(liza: Writer, oleg: Writer, pavel: Employee, olga: Employee) -> None:
    done = liza.says("Hello")
    tasks.reject(done, by=pavel, reason="Spam")
    active = oleg.says("Hello")
    TaskMember.objects.create(task=active, role=Role.objects.get(key="assignee"), employee=olga)
    assert liza.says("Really") != done
    browser = signed_in(olga)

    def shown(which: str) -> list[int]:
        page = browser.get("/tasks/", {"show": which})
        return [task.number for task in page.context["page"].tasks]

    assert len(shown("active")) == 2 and done.number not in shown("active")
    assert shown("mine") == [active.number]
    assert len(shown("all")) == 3
    assert shown("nonsense") == shown("active")


def test_each_sees_his_own_tasks_and_an_administrator_all(
    liza: Writer, boris: Employee, pavel: Employee, olga: Employee
) -> None:
    liza.says("Hello")

    assert "Liza" not in words(signed_in(boris).get("/tasks/?show=all"))
    assert "Liza" in words(signed_in(pavel).get("/tasks/?show=all"))
    assert "Liza" in words(signed_in(olga).get("/tasks/?show=all"))


def test_what_is_in_the_trash_is_not_listed(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    task.trashed_at = timezone.now()
    task.save()

    assert "No tasks here" in words(signed_in(pavel).get("/tasks/?show=all"))


def test_pages_follow_each_other_though_tasks_move(shop_chat: Channel, pavel: Employee) -> None:
    writers = [Writer(shop_chat, f"Visitor {number}") for number in range(60)]
    numbers = [writer.says("Hello").number for writer in writers]
    browser = signed_in(pavel)
    first = browser.get("/tasks/").context["page"]

    writers[0].says("I moved to the top")
    second = browser.get("/tasks/", {"before": first.older}).context["page"]

    assert [task.number for task in first.tasks] == numbers[:9:-1]
    assert [task.number for task in second.tasks] == numbers[9:0:-1]
    assert second.older == ""


def test_a_live_list_refetches_its_rows_only(liza: Writer, pavel: Employee) -> None:
    liza.says("Hello")

    rows = signed_in(pavel).get("/tasks/", headers=by_htmx()).content.decode()

    assert "<html" not in rows and "Liza (Chatra)" in rows


def test_fifty_tasks_cost_as_many_queries_as_five(shop_chat: Channel, pavel: Employee) -> None:
    for number in range(5):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    browser = signed_in(pavel)
    few = queries_of(browser, "/tasks/")

    for number in range(5, 50):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    assert queries_of(browser, "/tasks/") == few
