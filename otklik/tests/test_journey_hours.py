"""The shop is closed, a visitor far away writes all the same, and sees it open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from otklik.tests.conftest import Visitors
from otklik.tests.console import Console
from otklik.tests.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def olga(browser: Browser, product: Product) -> Iterator[Console]:
    olga = Console(browser, product, "olga")
    yield olga
    olga.context.close()
    # The other tests are answered at any hour.
    product.run("UPDATE chat_agent SET presence = 'online'")
    assert olga.complaints == []


def follow_the_hours(olga: Console) -> None:
    olga.page.goto(f"/chat/sites/{olga.product.facts['site_key']}/agents/")
    for place in range(olga.page.locator(".agent").count()):
        button = olga.page.locator(".agent").nth(place).get_by_role("button", name="by the hours")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")


def open_tomorrow_at_noon(olga: Console) -> None:
    """By the clock of Greenwich."""
    olga.page.goto(f"/chat/sites/{olga.product.facts['site_key']}/hours/")
    olga.page.get_by_label("Time zone").select_option("UTC")
    tomorrow = (datetime.now(UTC).weekday() + 1) % 7
    for day in range(7):
        for part, at in (("from", "12:00"), ("to", "13:00")):
            olga.page.locator(f"[name=day{day}_0_{part}]").fill(at if day == tomorrow else "")
    for date in olga.page.locator("[name^=special][name$=_date]").all():
        date.fill("")
    for field in olga.page.locator("[name^=special]:not([name$=_date])").all():
        field.fill("")
    olga.page.get_by_label("Forget the holidays").check()
    olga.page.get_by_role("button", name="Save").click()
    expect(olga.page.get_by_text("Saved.")).to_be_visible()


def test_s22_a_visitor_reads_by_his_own_clock_when_the_shop_opens(
    visitors: Visitors, olga: Console, product: Product
) -> None:
    follow_the_hours(olga)
    open_tomorrow_at_noon(olga)
    assert Axe().run(olga.page).response["violations"] == []

    liza = visitors(timezone_id="Asia/Tokyo")
    liza.visit("/en/")
    liza.open()
    promise = liza.chat.locator("#promise")
    expect(promise).to_contain_text("Nobody is here just now.")
    expect(promise).to_contain_text("at 21:00.")
    expect(liza.chat.locator("#names")).to_have_text("Leave us a message")
    liza.write("Do you send rakes to Tokyo?")
    assert product.task_of("Do you send rakes to Tokyo?")

    olga.page.get_by_label("Whether I am online").click()
    olga.page.get_by_role("button", name="Online", exact=True).click()
    expect(olga.page.get_by_text("I am online")).to_be_visible()
    expect(promise).to_be_hidden()
    expect(liza.chat.locator("#names")).to_have_text("Ольга Ветрова")
