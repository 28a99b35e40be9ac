from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from otklik.desk.actions import comments, tasks, trash
from otklik.desk.models import Employee, Task
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def task(liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> Task:
    """A task with a line of every kind and mark."""
    task = liza.says("Hello, see https://shop.example.com/", "And this")
    marks = {"due": "", "sent": "", "read": "", "failed": "Chatra refused the secret key.", "unknown": ""}
    for mark, note in marks.items():
        comments.mark([comments.add(task, by=pavel, text=f"Reply {mark}", kind="reply").pk], mark, note)
    comments.add(task, by=alice, text="She is a regular.", kind="note")
    tasks.accept(oleg.says("Hello"), by=alice)
    return task


def faults(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(task: Task, oleg: Writer, olga: Employee, seats: Seats, colours: str) -> None:
    trashed = trash.trash(oleg.says("Is it gone?"), by=olga)
    seat = seats(olga, color_scheme=colours)
    contact = task.contact
    assert contact
    addresses = [
        "/", "/tasks/", f"/tasks/{task.number}/", f"/tasks/{task.number + 1}/", "/contacts/",
        "/search/", "/search/?q=hello&until=x", "/reports/", "/reports/chats/",
        f"/contacts/{contact.number}/", f"/contacts/{contact.number}/data/?edit",
        f"/contacts/{contact.number}/employment/",
        f"/contacts/merge/?contact={contact.number}&contact={contact.number + 1}&q=o", "/contacts/duplicates/",
        "/accounts/settings/",
        "/management/", "/management/employees/", f"/management/employees/{olga.pk}/", "/management/groups/new/",
        "/tasks/delayed/", f"/tasks/{task.number}/client/", "/management/roles/", "/management/working-time/",
        "/management/scenarios/", "/management/scenarios/new/",
        "/management/task-templates/", "/management/task-templates/new/",
        "/management/contact-templates/", "/management/contact-templates/new/", "/management/statuses/",
        f"/management/statuses/{task.status.set_id}/", "/tasks/trash/", f"/tasks/{trashed.number}/",
        f"/management/statuses/{task.status.set_id}/{task.status_id}/removal/", f"/tasks/{trashed.number}/purge/",
        "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/tasks/999/",
    ]  # fmt: skip
    found = {}
    for address in addresses:
        seat.page.goto(address)
        if wrong := faults(seat.page):
            found[address] = wrong
    assert found == {}


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_6_axe_finds_nothing_in_a_delay_and_a_draft(task: Task, olga: Employee, seats: Seats, colours: str) -> None:
    seat = seats(olga, color_scheme=colours, **PHONE)
    page = seat.page
    page.goto(f"/tasks/{task.number}/")
    page.locator("summary.status").click()
    page.locator(".until summary").click()
    page.get_by_label("When it becomes active again").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Delay the task").click()
    expect(page.locator("#until-error")).to_be_visible()
    assert faults(page) == []

    page.get_by_label("When it becomes active again").fill("2100-01-01T10:00")
    page.get_by_role("button", name="Delay the task").click()
    expect(page.get_by_role("button", name="Let it stay delayed")).to_be_visible()
    assert faults(page) == []

    page.goto("/tasks/new/")
    page.locator("[name=name]").fill("Order lanterns")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Only you see it.")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_the_sign_in(seats: Seats, colours: str) -> None:
    seat = seats(None, color_scheme=colours)
    seat.page.goto("/accounts/login/")
    assert faults(seat.page) == []

    seat.page.get_by_label("Email").fill("nobody@example.com")
    seat.page.get_by_label("Password").fill("wrong")
    seat.page.get_by_role("button", name="Sign in").click()
    expect(seat.page.get_by_role("alert")).to_be_visible()
    assert faults(seat.page) == []


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/tasks/",
        "/tasks/{}/",
        "/contacts/",
        "/contacts/1/",
        "/accounts/settings/",
        "/tasks/trash/",
        "/management/roles/",
        "/management/statuses/{status_set}/",
        "/management/task-templates/new/",
    ],
)
def test_nothing_is_wider_than_a_phone(task: Task, olga: Employee, seats: Seats, address: str) -> None:
    comments.add(task, by=olga, text="https://shop.example.com/" + "long" * 100, kind="note")
    seat = seats(olga, **PHONE)

    seat.page.goto(address.format(task.number, status_set=task.status.set_id))

    assert seat.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_task_is_answered_by_keyboard_alone(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open("/")
    keys = seat.page.keyboard

    def tab_to(selector: str) -> None:
        for _step in range(40):
            keys.press("Tab")
            if seat.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"The keyboard does not reach {selector}.")

    tab_to(f"#entry-link-{task.number}")
    keys.press("Enter")
    seat.page.wait_for_url(lambda address: f"/tasks/{task.number}/" in address)
    tab_to("summary.status")
    keys.press("Enter")
    expect(seat.page.get_by_role("button", name="In progress")).to_be_visible()
    keys.press("Escape")
    expect(seat.page.get_by_role("button", name="In progress")).to_be_hidden()
    tab_to("[action$='/acceptance/'] button")
    keys.press("Enter")
    expect(seat.page.locator("#task-header")).to_contain_text("In progress")
    tab_to("#mode-reply")
    keys.press("ArrowRight")
    expect(seat.page.get_by_role("button", name="Save the note")).to_be_visible()
    keys.press("ArrowLeft")
    tab_to("textarea")
    keys.type("Good day!")
    keys.press("Enter")
    keys.type("How can I help?")
    keys.press("Control+Enter")

    expect(seat.line("How can I help?").locator(".text")).to_have_text("Good day!\nHow can I help?")
