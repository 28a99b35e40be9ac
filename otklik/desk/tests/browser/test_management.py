from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk import jobs
from otklik.desk.models import Employee, Status, StatusSet, Task, TaskTemplate
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_a_status_of_ones_own_is_added_and_a_step_forbidden(
    liza: Writer, olga: Employee, pavel: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    page = seats(olga).page

    page.goto("/")
    page.get_by_label("Olga: own menu").click()
    page.get_by_role("link", name="Account management").click()
    page.get_by_role("link", name="Statuses").click()
    page.get_by_role("link", name="Standard set").click()
    page.get_by_label("Name").fill("On hold")
    page.get_by_label("Colour").select_option("Orange")
    page.get_by_label("Type").select_option("Inactive")
    page.get_by_role("button", name="Add the status").click()
    expect(page.locator(".list--statuses")).to_contain_text("On hold")
    page.get_by_role("button", name="Up: On hold").click()
    expect(page.locator(".list--statuses tbody tr").nth(-2)).to_contain_text("On hold")
    page.get_by_label("New → Completed").uncheck()
    page.get_by_role("button", name="Save the transitions").click()
    expect(page.locator("#notices")).to_contain_text("Saved.")
    expect(page.get_by_label("New → Completed")).not_to_be_checked()

    seat = seats(pavel)
    seat.open_task(task)
    seat.page.locator("summary.status").click()
    menu = seat.page.locator("#task-header .menu[open]")
    expect(menu.get_by_role("button", name="Completed")).to_have_count(0)
    menu.get_by_role("button", name="On hold").click()
    expect(seat.page.locator("summary.status")).to_contain_text("On hold")
    assert Status.objects.get(own_name="On hold").tasks.get() == task


def test_a_template_gets_people_by_chips(olga: Employee, pavel: Employee, boris: Employee, seats: Seats) -> None:
    page = seats(olga).page
    page.goto("/management/task-templates/new/")

    page.get_by_label("Name", exact=True).fill("Wholesale")
    people = page.get_by_role("group", name="Assignee")
    people.get_by_text("Add or remove").click()
    people.get_by_label("Find an employee or a group").fill("bor")
    expect(people.get_by_label("Pavel")).to_be_hidden()
    people.get_by_label("Boris").check()
    expect(people.locator("[data-chips]")).to_have_text("Boris✕")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".scenarios")).to_contain_text("Wholesale")
    template = TaskTemplate.objects.get(own_name="Wholesale")
    assert template.status_set == StatusSet.objects.get(key="standard")
    assert [(one.role.key, one.employee) for one in template.members.all()] == [("assignee", boris)]


def test_open_pages_follow_a_task_to_the_trash_and_back(
    liza: Writer, olga: Employee, pavel: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    on_task, in_list, in_chronicle = seats(pavel), seats(pavel), seats(pavel)
    on_task.open_task(task)
    in_list.open("/tasks/")
    in_chronicle.open("/")
    olgas = seats(olga)
    olgas.open_task(task)

    olgas.page.locator(".task__menu summary").click()
    olgas.page.get_by_role("button", name="To the trash").click()

    trashed = "This task is in the trash."
    expect(olgas.page.locator("#task-header")).to_contain_text(trashed)
    expect(on_task.page.locator("#task-header")).to_contain_text(trashed)
    expect(in_list.page.locator("#tasks")).to_contain_text("No tasks here")
    expect(in_chronicle.page.locator(f"#entry-{task.number}")).to_have_count(0)

    olgas.page.get_by_role("button", name="Restore").click()

    expect(on_task.page.locator("#task-header")).not_to_contain_text(trashed)
    expect(in_list.page.locator("#tasks")).to_contain_text("Liza (Chatra)")
    expect(in_chronicle.page.locator(f"#entry-{task.number}")).to_be_visible()


def test_a_task_is_deleted_for_good_from_the_trash(liza: Writer, olga: Employee, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    on_task = seats(pavel)
    on_task.open_task(task)
    page = seats(olga).page
    page.goto(f"/tasks/{task.number}/")
    page.locator(".task__menu summary").click()
    page.get_by_role("button", name="To the trash").click()
    page.get_by_role("link", name="Delete for good").click()
    expect(page.locator("main")).to_contain_text("cannot be brought back")

    page.get_by_role("button", name="Delete for good").click()

    expect(page.locator("#notices")).to_contain_text(f"Task {task.number} is deleted for good.")
    expect(page.locator("#trash")).to_contain_text("The trash is empty")
    expect(on_task.page.locator("#notices")).to_contain_text("This page is out of date.")
    assert not Task.objects.exists()


def test_s17_a_scenario_is_built_by_hand_and_seen_at_work(liza: Writer, olga: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    seat = seats(olga)
    page = seat.page
    page.goto("/management/scenarios/")
    assert faults(page) == []
    page.get_by_role("link", name="New scenario").click()
    page.get_by_label("Name", exact=True).fill("The client left")
    page.get_by_role("button", name="Add a parameter").click()
    page.get_by_label("How it is compared").select_option("is_not")
    page.locator(".people__choice summary").click()
    page.get_by_label("Completed").check()
    page.get_by_role("button", name="Add another parameter").click()
    page.get_by_label("What is asked").nth(1).select_option("name")
    page.get_by_label("How it is compared").nth(1).select_option("contains")
    page.locator("input[name=condition-2-value]:not([type=checkbox])").fill("Liza")
    page.get_by_label("Logic").fill("1 AND 7")
    assert faults(page) == []
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("alert")).to_contain_text("there is no condition 7")
    expect(page.locator(".people__chips")).to_contain_text("Completed")
    page.get_by_label("Logic").fill("1 AND 2")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".scenario-row")).to_contain_text("on")
    assert faults(page) == []

    liza.leaves()
    jobs.scenarios()

    seat.open_task(task)
    expect(page.locator("#task-header")).to_contain_text("Completed")
    page.goto("/management/scenarios/")
    page.get_by_role("link", name="Log").click()
    expect(page.locator("tbody tr")).to_contain_text("done")
    assert faults(page) == []
