from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.models import Employee, Notification, NotificationSettings
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import PHONE, faults
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.browser

# What the browser was asked to show, since nobody sees its windows here.
RECORD = """
    window.Notification = class extends EventTarget {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title, options) { super(); document.body.dataset.shown = `${title}: ${options.body}`; }
    };
"""


def test_a_phone_chooses_and_an_open_page_shows_what_a_client_writes(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    seat = seats(pavel, **PHONE)
    page = seat.page
    page.add_init_script(RECORD)
    seat.open("/notifications/")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_label("A client wrote: E-mail").uncheck()
    page.get_by_label("from").fill("22:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Give both the beginning and the end")
    expect(page.get_by_label("A client wrote: E-mail")).not_to_be_checked()
    page.get_by_label("from").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert "email" not in NotificationSettings.objects.get(employee=pavel).wanted["client"]

    page.get_by_role("button", name="Browser", exact=True).click()
    expect(page.get_by_text("The browser has shown it.")).to_be_visible()

    expect(page.locator("live-stream[data-state=on]").first).to_be_attached()
    liza.says("Where is my parcel?")
    expect(page.locator("body[data-shown*='Where is my parcel?']")).to_be_attached()
    assert Notification.objects.get(employee=pavel, channel="browser").state == "sent"
    assert seat.errors == []
