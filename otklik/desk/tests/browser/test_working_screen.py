from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from otklik.desk.actions import tasks
from otklik.desk.models import Employee, SavedView, Status, Task
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import PHONE, faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser


def test_a_list_is_narrowed_kept_and_worked_through_by_keys(
    liza: Writer, oleg: Writer, pavel: Employee, seats: Seats
) -> None:
    hers, his = liza.says("Where is my microphone?"), oleg.says("Do you deliver to Tver?")
    seat = seats(pavel, viewport={"width": 1440, "height": 900})
    page = seat.page
    seat.open("/tasks/")
    page.get_by_text("Assignees", exact=True).first.click()
    page.get_by_role("checkbox", name="Me", exact=True).check()
    page.get_by_text("More", exact=True).click()
    expect(page.locator(".filter-chip")).to_have_text(["Without: Mine"])
    assert page.url.endswith("/tasks/?people=me")
    assert faults(page) == []

    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name", exact=True).fill("My own")
    assert faults(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".tabs__tab[aria-current]")).to_have_text("My own")
    view = SavedView.objects.get()

    keys = page.keyboard
    keys.press("j")
    keys.press("j")
    expect(page.locator(f"#task-{hers.number}")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Liza (Chatra)")
    expect(page.locator(".pane__row")).to_have_count(2)
    expect(page.locator(".pane__row[aria-current]")).to_contain_text("Where is my microphone?")
    assert faults(page) == []
    keys.press("k")
    expect(page.locator("h1")).to_have_text("Oleg (Chatra)")
    assert page.url.endswith(f"/tasks/{his.number}/?in=view%3D{view.pk}")

    keys.press("n")
    expect(seat.text).to_be_focused()
    keys.type("j is a letter here")
    keys.press("Escape")
    keys.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert faults(page) == []
    keys.press("Escape")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()
    keys.press("a")
    expect(page.locator("#task-header")).to_contain_text("In progress")
    keys.press("u")
    expect(page.locator(".tabs__tab[aria-current]")).to_have_text("My own")
    expect(page.locator(".list__row--unread")).to_have_count(2)


def test_the_list_beside_a_task_is_live(liza: Writer, oleg: Writer, pavel: Employee, seats: Seats) -> None:
    hers = liza.says("Where is my microphone?")
    seat = seats(pavel, viewport={"width": 1440, "height": 900})
    seat.open("/tasks/")
    seat.open_task(hers)
    expect(seat.page.locator(".pane__row")).to_have_count(1)

    oleg.says("Do you deliver to Tver?")
    expect(seat.page.locator(".pane__row").first).to_contain_text("Do you deliver to Tver?")


def test_a_phone_has_one_thing_at_a_time(liza: Writer, oleg: Writer, pavel: Employee, seats: Seats) -> None:
    hers = liza.says("Where is my microphone?")
    oleg.says("Do you deliver to Tver?")
    seat = seats(pavel, **PHONE)
    page = seat.page
    seat.open("/tasks/?show=active")
    page.get_by_text("Status", exact=True).first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(page) == []
    page.keyboard.press("Escape")

    page.locator(f"#task-{hers.number}").click()
    expect(page.locator("h1")).to_have_text("Liza (Chatra)")
    expect(page.locator(".pane")).to_have_count(0)
    page.get_by_role("link", name="The task before this one").click()
    expect(page.locator("h1")).to_have_text("Oleg (Chatra)")
    page.get_by_role("link", name="Active").click()
    expect(page.locator(".list__link")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_many_tasks_are_completed_and_taken_back(liza: Writer, oleg: Writer, pavel: Employee, seats: Seats) -> None:
    hers = liza.says("Where is my microphone?")
    oleg.says("Do you deliver to Tver?")
    seat = seats(pavel)
    page = seat.page
    seat.open("/tasks/?show=all")
    keys = page.keyboard
    expect(page.locator("form.mass")).to_be_hidden()
    keys.press("j")
    keys.press("x")
    expect(page.locator("form.mass")).to_contain_text("Chosen: 1")
    assert faults(page) == []

    liza.says("Still there?")
    expect(page.locator("tbody tr").first).to_contain_text("Still there?")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_label(f"Choose task {hers.number}").check()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator(".mass-news")).to_contain_text("2 tasks")
    expect(page.locator("tbody tr", has_text="Completed")).to_have_count(2)
    assert faults(page) == []

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".mass-news")).to_contain_text("taken back in 2 tasks")
    expect(page.locator("tbody tr", has_text="Completed")).to_have_count(0)


def test_a_card_is_moved_by_keyboard_and_by_dragging(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Where is my microphone?")
    columns = {status.key: status.pk for status in Status.objects.filter(set=task.status.set_id)}
    seat = seats(pavel, viewport={"width": 1440, "height": 900})
    page = seat.page
    seat.open("/tasks/?show=active")
    page.keyboard.press("b")
    expect(page.locator("h1")).to_have_text("Board")
    assert faults(page) == []

    def column(key: str) -> Locator:
        return page.locator(f"#column-{columns[key]} .card-task")

    expect(page.locator("live-stream[data-state=on]").first).to_be_attached()
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(column("in_progress")).to_have_count(1)
    expect(column("new")).to_have_count(0)

    page.locator(f"#card-{task.number}").drag_to(page.locator(f"#column-{columns['done']}"))
    expect(column("done")).to_have_count(1)
    assert Task.objects.get(pk=task.pk).status.key == "done"
    assert faults(page) == []


def test_news_of_a_board_wait_until_a_card_is_dropped(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Where is my microphone?")
    tasks.accept(task, by=pavel)
    done = Status.objects.get(set=task.status.set_id, key="done")
    seat = seats(pavel, viewport={"width": 1440, "height": 900})
    page = seat.page
    seat.open("/tasks/board/")
    column = page.locator(f"#column-{done.pk}")
    place = column.bounding_box()
    assert place

    page.locator(f"#card-{task.number}").hover()
    page.mouse.down()
    page.mouse.move(place["x"] + 90, place["y"] + 90, steps=5)
    with page.expect_response("**/tasks/board/*"):
        liza.says("Still there?")
    page.mouse.move(place["x"] + 100, place["y"] + 100)
    page.mouse.up()

    expect(column.locator(".card-task")).to_contain_text("Still there?")
    assert Task.objects.get(pk=task.pk).status.key == "done"


def test_a_task_is_passed_on_in_a_dialog(liza: Writer, pavel: Employee, boris: Employee, seats: Seats) -> None:
    task = liza.says("Where is my microphone?")
    seat = seats(pavel)
    page = seat.page
    seat.open_task(task)

    page.get_by_role("link", name="Pass on").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("Find an employee or a group").fill("bor")
    expect(dialog.locator("label:visible")).to_have_text(["Boris"])
    assert faults(page) == []
    dialog.get_by_label("Boris").check()
    dialog.get_by_role("button", name="Save").click()

    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#task-side")).to_contain_text("Boris")
    expect(page.locator("#feed")).to_contain_text("Assigned: Boris")


def test_the_bar_of_mass_actions_takes_one_line_of_a_phone(
    liza: Writer, oleg: Writer, pavel: Employee, seats: Seats
) -> None:
    liza.says("Hello")
    oleg.says("Good day")
    seat = seats(pavel, viewport={"width": 390, "height": 844})
    seat.open("/tasks/")
    page = seat.page
    page.locator("input[name=task]").first.check()
    bar = page.locator("form.mass")
    expect(bar.get_by_role("button", name="Complete")).to_be_visible()
    expect(bar.get_by_role("button", name="Follow")).to_be_hidden()
    assert bar.evaluate("(bar) => bar.offsetHeight") < 64

    bar.get_by_role("button", name="Other actions").press("Enter")
    bar.get_by_label("All found (2)").check()
    bar.get_by_role("button", name="Follow").click()

    expect(page.locator(".mass-news")).to_contain_text("2 tasks")


def test_a_shared_view_leaves_a_phone_as_wide_as_it_is(liza: Writer, pavel: Employee, seats: Seats) -> None:
    liza.says("Hello")
    given = {"name": "On fire", "filter": {"show": ["all"]}, "audience": SavedView.Audience.ALL}
    view = SavedView.objects.create(owner=pavel, **given)
    seat = seats(pavel, **PHONE)
    seat.open(f"/tasks/?view={view.pk}")

    expect(seat.page.get_by_role("link", name="On fire (shared)")).to_have_attribute("aria-current", "page")
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= 390
