"""Work without a mouse: keys of the sheet do what it says of them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import expect

from otklik.conftest import PASSWORD
from otklik.desk.actions import quick_replies
from otklik.desk.models import Comment, Due, Employee, Favourite, Notice, Task
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 1440, "height": 900}}


def test_each_key_of_the_sheet_for_a_task(liza: Writer, pavel: Employee, alice: Employee, seats: Seats) -> None:
    task = liza.says("When will it be here?", "Are you there?")
    seat = seats(pavel, **WIDE)
    page, keys = seat.page, seat.page.keyboard
    seat.open_task(task)

    keys.press("f")
    expect(page.locator("#favourite[aria-pressed=true]")).to_be_visible()
    assert Favourite.objects.filter(employee=pavel).exists()
    keys.press("w")
    expect(page.locator("[data-key=KeyW]")).to_contain_text("Follow", use_inner_text=False)
    expect(page.locator("[data-key=KeyW][name=off]")).to_have_count(0)
    assert pavel.pk not in Task.objects.get(pk=task.pk).notified
    keys.press("p")
    expect(page.locator("dialog[open]")).to_contain_text("Who does this task")
    keys.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    keys.press("t")
    expect(page.locator("dialog[open]")).to_contain_text("Due date")
    keys.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)

    keys.press("i")
    expect(
        page.locator(".comment", has_text="Are you there?").locator("[data-key=KeyI][aria-pressed=true]")
    ).to_have_count(1)
    keys.press("[")
    keys.press("[")
    expect(page.locator(".comment:focus-within")).to_contain_text("When will it be here?")
    keys.press("q")
    expect(page.locator("textarea[name=text]")).to_have_value(re.compile("When will it be here"))
    keys.press("Escape")
    page.locator("textarea[name=text]").evaluate("text => text.blur()")
    keys.press("s")
    expect(page.locator("#task-header details[open] .menu__item").first).to_be_visible()
    keys.press("Escape")
    keys.press("x")
    expect(page.locator("#reason")).to_be_focused()
    keys.type("Not ours")
    keys.press("Enter")
    expect(page.locator("#task-header .status")).to_contain_text("Rejected")
    assert Comment.objects.filter(task=task, data__note="Not ours").exists()


def test_each_key_of_the_sheet_for_an_entry(liza: Writer, oleg: Writer, pavel: Employee, seats: Seats) -> None:
    his, hers = oleg.says("Do you deliver to Tver?"), liza.says("When will it be here?")
    seat = seats(pavel)
    page, keys = seat.page, seat.page.keyboard
    seat.open("/")

    keys.press("j")
    keys.press("f")
    expect(page.locator(f"#star-{hers.number}[aria-pressed=true]")).to_be_visible()
    keys.press("t")
    expect(page.locator("dialog[open] input[type=date]")).to_be_focused()
    keys.type("05012030")
    keys.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".entry:focus-within .due")).to_have_count(1)
    assert Due.objects.filter(task=hers).exists()
    keys.press("l")
    expect(page.locator(f"#later-{hers.number}[open]")).to_be_visible()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(f"#entry-link-{his.number}")).to_be_focused()
    keys.press("d")
    expect(page.get_by_role("heading", name="Everything is read")).to_be_visible()
    assert Task.objects.get(pk=his.pk).status.key == "completed"
    keys.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert faults(page) == []


def test_a_morning_without_a_mouse(
    liza: Writer, oleg: Writer, pavel: Employee, alice: Employee, olga: Employee, seats: Seats
) -> None:
    quick_replies.make({"question": "How long does delivery take?", "text": "Tomorrow by 9 p.m."}, by=olga)
    his, hers = oleg.says("Do you deliver to Tver?"), liza.says("When will it be here?")
    # The running desk knows the real hash alone.
    pavel.user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    pavel.user.save(update_fields=["password"])
    seat = seats(None)
    page, keys = seat.page, seat.page.keyboard

    page.goto("/accounts/login/")
    expect(page.get_by_label("Email")).to_be_focused()
    keys.type("pavel@example.com")
    keys.press("Tab")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.locator(".entry")).to_have_count(2)
    expect(page.locator("live-stream[data-state=on]").first).to_be_attached()

    keys.press("j")
    expect(page.locator(f"#entry-link-{hers.number}")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url(f"**/tasks/{hers.number}/**")
    expect(page.locator("[data-key=KeyA]").first).to_be_visible()
    keys.press("a")
    expect(page.locator("#task-header .status")).not_to_contain_text("New")

    keys.press("r")
    expect(seat.text).to_be_focused()
    keys.type("*deli")
    expect(page.locator(".replies__offer:visible")).to_have_count(1)
    keys.press("Enter")
    expect(seat.text).to_have_value("Tomorrow by 9 p.m.")
    keys.press("Control+Enter")
    expect(seat.line("Tomorrow by 9 p.m.")).to_be_visible()

    keys.press("Escape")
    keys.press("n")
    keys.type("@ali")
    expect(page.locator(".replies__offer:visible")).to_have_count(1)
    keys.press("Enter")
    keys.type("please pack it")
    keys.press("Control+Enter")
    expect(seat.line("please pack it")).to_be_visible()
    assert Notice.objects.filter(employee=alice, task=hers, reason="mentioned").exists()

    keys.press("Escape")
    keys.press("t")
    expect(page.locator("dialog[open] input[type=date]")).to_be_focused()
    keys.type("05012030")
    keys.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".due").first).to_be_visible()
    assert Due.objects.filter(task=hers).exists()

    keys.press("d")
    expect(page.locator("#task-header .status")).to_contain_text("Completed")
    keys.press("j")
    page.wait_for_url(f"**/tasks/{his.number}/**")

    keys.press("Control+k")
    keys.type("liz")
    expect(page.locator(".quick__list a").first).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    page.wait_for_url(f"**/tasks/{hers.number}/**")
    keys.press("/")
    keys.type("tver")
    keys.press("Enter")
    expect(page.locator(".found__hit mark").first).to_have_text("Tver")
