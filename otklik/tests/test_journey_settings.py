"""An administrator sets an account up, and employees and visitors see at once what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from otklik.tests.conftest import Employees
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser


def picture() -> bytes:
    body = BytesIO()
    Image.new("RGB", (300, 400), "teal").save(body, "PNG")
    return body.getvalue()


@pytest.fixture
def olga(employees: Employees, product: Product) -> Iterator[Window]:
    """Before the settings of the shop's account; afterwards its options are as before."""
    olga = employees("olga")
    [(account,)] = product.run("SELECT id FROM integrations_connection ORDER BY id LIMIT 1")
    olga.page.goto(f"/integrations/chatra/accounts/{account}/")
    yield olga
    product.run("UPDATE integrations_kindoptions SET on_behalf_of_employee = false, earlier_lines = 0")


def test_s10_people_are_chosen_by_keyboard_and_shown_as_chips(olga: Window) -> None:
    page, keys = olga.page, olga.page.keyboard
    chips = page.locator(".people__chip")
    expect(chips).to_have_count(1)
    assert Axe().run(page).response["violations"] == []

    page.locator(".people summary").focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.type("борис")
    expect(page.locator(".people__list li:visible")).to_have_count(1)
    keys.press("Tab")
    keys.press("Space")
    expect(chips).to_have_count(2)
    page.get_by_role("button", name="Save").focus()
    keys.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(chips.filter(has_text="Борис Лунин")).to_be_visible()

    page.get_by_role("button", name="Remove: Борис Лунин").focus()
    keys.press("Enter")
    expect(chips).to_have_count(1)
    assert page.evaluate("document.activeElement.matches('.people__remove')")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(chips).to_have_count(1)


def test_s12_a_visitor_is_answered_by_a_person_with_a_name(
    olga: Window, pavel: Window, liza: Visitor, product: Product
) -> None:
    pavel.page.goto("/accounts/settings/")
    photo = {"name": "me.png", "mimeType": "image/png", "buffer": picture()}
    pavel.page.get_by_label("Picture (optional)").set_input_files(photo)  # type: ignore[arg-type]
    pavel.page.get_by_role("button", name="Save").click()
    expect(pavel.page.get_by_role("img", name="Your picture")).to_be_visible()

    page = olga.page
    row = page.locator("#chat-users tr", has_text="pavel@")
    make = row.get_by_role("button", name="Make one")
    make.click()
    expect(make).to_have_count(0)
    expect(row).to_contain_text("known")
    page.goto("/integrations/chatra/")
    page.get_by_label("Send messages on behalf of the employee").check()
    page.locator(".options").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    liza.write("Whom do I speak with?")
    pavel.open_task(product.task_of("Whom do I speak with?"))
    expect(pavel.page.locator(".modes__speaker")).to_contain_text("Павел Громов")
    expect(pavel.page.locator(".modes__speaker img")).to_be_visible()
    pavel.reply("It is me.")

    expect(liza.message("It is me.")).to_contain_text("Павел Громов")
    face = liza.message("It is me.").locator("img")
    expect(face).to_have_js_property("naturalWidth", 256)


def test_s11_the_simulator_foresees_what_then_happens(
    olga: Window, pavel: Window, liza: Visitor, product: Product
) -> None:
    liza.write("I foresee something.")
    first = product.task_of("I foresee something.")
    olga.page.reload()
    choice = olga.page.get_by_label("What would become of a message that came now?")
    name = olga.page.locator(f"#conversation option:text-matches('№ {first}\\\\)')").inner_text()

    choice.select_option(label=name)
    expect(olga.page.locator("#foresight")).to_contain_text("a comment in it: the task is active. №")

    pavel.open_task(first)
    pavel.page.locator("summary.status").click()
    pavel.page.locator("#task-header").get_by_role("button", name="Completed").click()
    expect(pavel.page.locator("#task-header .status")).to_contain_text("Completed")
    olga.page.get_by_role("button", name="Try it").click()
    expect(olga.page.locator("#foresight")).to_contain_text("a new task, with a link to the previous one")

    liza.write("It has happened.")
    second = product.task_of("It has happened.")
    assert second != first
    # Who still looks at the earlier task is led on, without asking for it.
    assert pavel.is_same_page()
    pavel.page.locator("#composer-modes").get_by_role("link", name=f"№ {second}").click()
    expect(pavel.page.get_by_text("Previous history:")).to_be_visible()
    expect(pavel.page.get_by_text("the previous task was completed")).to_be_visible()
