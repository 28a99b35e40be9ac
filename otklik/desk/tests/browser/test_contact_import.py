from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.actions import contact_imports as imports
from otklik.desk.models import Contact, ContactImport, Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.browser.test_accessible_screens import faults

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
TABLE = "Имя;Почта;Компания\nZoya Petrova;zoya@example.com;Hooves\nOleg;oleg@;\n"


def test_a_table_is_looked_at_brought_in_and_taken_back(olga: Employee, seats: Seats) -> None:
    seat = seats(olga, **PHONE)
    page = seat.page

    seat.open("/contacts/")
    page.get_by_role("link", name="Import").click()
    assert faults(page) == []
    # More than a form may have: tables come by the way of files.
    table = TABLE + (" " * 1000 + "\n") * 4000
    page.get_by_label("Table (CSV) or business cards (vCard)").set_input_files(
        {"name": "clients.csv", "mimeType": "text/csv", "buffer": table.encode("cp1251")}
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Of the first 2 rows: new 1, changed 0, there already 0, at fault 1.")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not Contact.objects.exists()

    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("0 of 2 rows are in.")).to_be_visible()
    order = ContactImport.objects.get()
    assert imports.run(order.pk)
    expect(page.get_by_text("The import is done.")).to_be_visible()
    expect(page.get_by_text("Row 3: This is not an e-mail address.")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name="Take the import back").click()
    expect(page.get_by_text("The import is being taken back.")).to_be_visible()
    assert imports.run(order.pk)
    expect(page.get_by_text("The import is taken back.")).to_be_visible()
    assert not Contact.objects.exists()

    page.goto("/contacts/new/")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
