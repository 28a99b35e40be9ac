"""An administrator connects our chat and a cloud account; nobody but the browser stands between him and the server."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from otklik.chat.actions import api_keys
from otklik.chat.models import Consent, Site
from otklik.desk.models import Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.seat import Seat
from otklik.integrations.models import Connection
from otklik.integrations.tests.arriving import client, message
from otklik.integrations.tests.cloud import Cloud

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a good password for the chat"


@pytest.fixture
def seat(olga: Employee, seats: Seats) -> Seat:
    seat = seats(olga)
    seat.open("/integrations/chatra/")
    return seat


def add_account(seat: Seat, name: str) -> None:
    seat.page.get_by_role("link", name="Add account").first.click()
    seat.page.get_by_label("Account name").fill(name)


def consent_window(seat: Seat) -> Page:
    with seat.context.expect_page() as opened:
        seat.page.get_by_role("button", name="Save", exact=True).click()
    return opened.value


def sign_up(window: Page, name: str) -> None:
    window.get_by_role("link", name="Sign up").click()
    window.get_by_label("Your name").fill(name)
    window.locator("input[name=email]").fill(f"{name.lower()}@chat.example.com")
    window.locator("input[name=password1]").fill(PASSWORD)
    window.locator("input[name=password2]").fill(PASSWORD)
    window.get_by_role("button", name="Sign up").click()


def is_clean(page: Page) -> bool:
    violations = Axe().run(page).response["violations"]
    assert violations == []
    return True


def test_s05_a_consent_in_a_new_window_connects_our_chat(seat: Seat, olga: Employee) -> None:
    add_account(seat, "shop.example.com")
    assert is_clean(seat.page)
    window = consent_window(seat)
    expect(window.get_by_role("heading", name="Integration with Otklik")).to_be_visible()
    # Who is signed in to the desk is nobody to the chat yet.
    expect(window.get_by_role("button", name="Connect integration")).to_have_count(0)

    sign_up(window, "Anna")
    for right in (
        "Read and create messages", "Get and change information about visitors", "Get information about operators",
        "Create new operators", "You are signed in as anna@chat.example.com",
    ):  # fmt: skip
        expect(window.get_by_text(right)).to_be_visible()
    assert is_clean(window)
    window.get_by_label("Name of the new site").fill("shop.example.com")
    with window.expect_event("close"):
        window.get_by_role("button", name="Connect integration").click()

    expect(seat.page.get_by_text("shop.example.com is connected.")).to_be_visible()
    card = seat.page.locator(".account", has_text="shop.example.com")
    expect(card).to_contain_text("Waiting for the first message.")
    assert is_clean(seat.page)

    site, connection = Site.objects.get(), Connection.objects.get()
    assert api_keys.site_of(site.public_key, connection.settings["secret_key"]) == site
    assert connection.created_by == olga
    hook = site.hooks.get()
    assert hook.address == f"{seat.desk.address}/hooks/chatra/{connection.token}/"
    # The account answers in its own name (S09), and the token is good for nothing any more.
    assert site.agents.filter(name="shop.example.com").exists()
    assert Consent.objects.get().revoked_at is not None

    card.get_by_role("switch").click()
    expect(card).to_contain_text("Switched off")


def test_s04_cancel_leads_back_with_a_word(seat: Seat) -> None:
    add_account(seat, "shop.example.com")
    window = consent_window(seat)
    with window.expect_event("close"):
        window.get_by_role("button", name="Cancel").click()
    expect(seat.page.get_by_text("You cancelled in the chat: nothing is connected.")).to_be_visible()
    assert not Connection.objects.exists()


def renewal_window(seat: Seat, connection: Connection) -> Page:
    seat.page.goto(f"/integrations/{connection.pk}/")
    seat.page.get_by_role("link", name="Reconnect").click()
    with seat.context.expect_page() as opened:
        seat.page.get_by_role("button", name="Open the consent page").click()
    return opened.value


def test_s05_a_consent_is_renewed_and_a_cancelled_one_changes_nothing(seat: Seat) -> None:
    add_account(seat, "shop.example.com")
    window = consent_window(seat)
    sign_up(window, "Anna")
    window.get_by_label("Name of the new site").fill("shop.example.com")
    with window.expect_event("close"):
        window.get_by_role("button", name="Connect integration").click()
    expect(seat.page.get_by_text("shop.example.com is connected.")).to_be_visible()
    site, before = Site.objects.get(), Connection.objects.get()
    Connection.objects.update(paused_reason="Chatra refused the keys.")

    window = renewal_window(seat, before)
    with window.expect_event("close"):
        window.get_by_role("button", name="Cancel").click()
    expect(seat.page.get_by_text("You cancelled in the chat: the account stays as it was.")).to_be_visible()
    kept = Connection.objects.get()
    assert (kept.settings, kept.paused_reason) == (before.settings, "Chatra refused the keys.")

    window = renewal_window(seat, before)
    window.get_by_role("radio", name="shop.example.com").check()
    with window.expect_event("close"):
        window.get_by_role("button", name="Connect integration").click()
    expect(seat.page.get_by_text("shop.example.com is connected again.")).to_be_visible()
    renewed = Connection.objects.get()
    assert (renewed.pk, renewed.token, renewed.paused_reason) == (before.pk, before.token, "")
    assert renewed.settings["secret_key"] != before.settings["secret_key"]
    assert api_keys.site_of(site.public_key, renewed.settings["secret_key"]) == site
    # Its webhooks still come, once each.
    assert site.hooks.get().address == f"{seat.desk.address}/hooks/chatra/{before.token}/"


def test_s23_keys_of_the_cloud_are_checked_and_its_first_webhook_is_awaited(seat: Seat, cloud: Cloud) -> None:
    page = seat.page
    add_account(seat, "brainstorm-agency")
    page.get_by_label("A Chatra cloud account").check()
    page.get_by_label("Public key").fill(cloud.public_key)
    page.get_by_label("Secret key").fill("WRONG")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Chatra refused the keys.")).to_be_visible()
    expect(page.get_by_label("Public key")).to_have_value(cloud.public_key)

    page.get_by_label("Secret key").fill(cloud.secret_key)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Waiting for the first webhook.")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    assert is_clean(page)

    cloud.hook = page.locator("#hook-address").inner_text()
    assert cloud.tell("chatStarted", client(), message("m1", "Hello")) == 200
    expect(page.get_by_text("Connected: the first webhook has come.")).to_be_visible()

    connection = Connection.objects.get()
    page.goto(f"/integrations/chatra/accounts/{connection.pk}/removal/")
    assert is_clean(page)
    page.get_by_role("button", name="Remove the account").click()
    expect(page.get_by_text("brainstorm-agency is removed. Its tasks and contacts stay.")).to_be_visible()
    # What is known of an account is at most a second old.
    page.wait_for_function(
        "async (address) => (await fetch(address, {method: 'POST', body: '{}'})).status === 404", arg=cloud.hook
    )


def test_what_is_unfolded_on_an_accounts_page_outlasts_its_news(seat: Seat, shop: Connection) -> None:
    page = seat.page
    page.goto(f"/integrations/{shop.pk}/")
    page.locator("#webhook-address summary").click()
    address = page.locator("#webhook-address code")
    expect(address).to_be_visible()

    taken = page.request.post(address.inner_text(), data="{}")
    assert taken.status == 200
    expect(page.locator(".receipt").first).to_be_visible()
    expect(address).to_be_visible()
