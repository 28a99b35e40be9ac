from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Contact, Employee
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words

GIVEN = {"name": "Liza", "email": "liza@example.com", "phone": "+7 (900) 123-45-67", "notes": "Prefers calls."}


@pytest.fixture
def card(liza: Writer) -> Contact:
    contact = liza.says("Hello").contact
    assert contact
    return contact


def change(employee: Employee, contact: Contact, **given: str) -> Any:
    return signed_in(employee).post(f"/contacts/{contact.number}/data/", GIVEN | given, headers=by_htmx())


def test_s21_an_enquiry_leaves_system_browser_ip_and_place(card: Contact, pavel: Employee) -> None:
    page = words(signed_in(pavel).get(f"/contacts/{card.number}/"))

    assert "OS: Windows 10 Browser: Chrome 130 IP: 95.24.10.1 Place: Russia, Moscow" in page


def test_the_card_shows_devices_and_the_tasks_that_one_may_see(card: Contact, pavel: Employee, boris: Employee) -> None:
    page = words(signed_in(pavel).get(f"/contacts/{card.number}/"))
    assert "Liza (Chatra)" in page
    assert "Chrome 130, Windows 10, Moscow" in page and "shop.example.com · since" in page

    assert "Liza (Chatra)" not in words(signed_in(boris).get(f"/contacts/{card.number}/"))


def test_7_no_number_tells_of_tasks_that_one_may_not_see(
    card: Contact, oleg: Writer, pavel: Employee, boris: Employee
) -> None:
    oleg.says("Hello")
    both = f"contact={card.number}&contact={Contact.objects.get(name='Oleg').number}"
    for employee, expected in ((pavel, [1, 1]), (boris, [0, 0])):
        browser = signed_in(employee)
        shown = browser.get("/contacts/").context["contacts"]
        assert [contact.task_count for contact in shown] == expected, employee.name
        chosen = browser.get(f"/contacts/merge/?{both}").context["chosen"]
        assert [contact.task_count for contact in chosen] == expected, employee.name


def test_a_wrong_number_is_not_there(pavel: Employee) -> None:
    browser = signed_in(pavel)

    assert browser.get("/contacts/999/").status_code == 404
    assert browser.post("/contacts/999/data/", GIVEN).status_code == 404


def test_data_is_changed_in_place(card: Contact, pavel: Employee) -> None:
    form = signed_in(pavel).get(f"/contacts/{card.number}/data/?edit", headers=by_htmx()).content.decode()
    assert 'name="name" value="Liza"' in form

    answer = change(pavel, card, notes="Prefers calls.\r\nSee https://crm.example.com/7")

    assert answer.status_code == 200 and "liza@example.com" in words(answer)
    assert '<a href="https://crm.example.com/7"' in answer.content.decode()
    card.refresh_from_db()
    assert (card.email, card.phone) == (GIVEN["email"], GIVEN["phone"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "A contact needs a name."),
        ("email", "liza at example", "This is not an e-mail address."),
        ("email", "olga@example.com", "An employee has this address."),
        ("phone", "1" * 51, "At most 50 characters fit here."),
    ],
)
def test_an_error_stands_beside_its_field(card: Contact, pavel: Employee, field: str, value: str, said: str) -> None:
    answer = change(pavel, card, **{field: value})

    assert answer.status_code == 422
    body = answer.content.decode()
    assert f'aria-invalid="true" aria-describedby="contact-{field}-error"' in body
    assert f'id="contact-{field}-error" role="alert">{said}' in body
    assert "Prefers calls." in body, "what else was typed is still there"


def test_a_live_card_leaves_an_open_form_alone(card: Contact, pavel: Employee) -> None:
    browser = signed_in(pavel)
    path = f"/contacts/{card.number}/"

    assert 'id="contact-data" hx-swap-oob="innerHTML"' in browser.get(path, headers=by_htmx()).content.decode()
    assert 'id="contact-data"' not in browser.get(path, {"edited": "1"}, headers=by_htmx()).content.decode()


@pytest.mark.parametrize("query", ["liz", "LIZA@EX", "900123", "+7 900 123", "(900) 123-45"])
def test_a_contact_is_found_by_name_email_or_phone(card: Contact, oleg: Writer, pavel: Employee, query: str) -> None:
    oleg.says("Hello")
    change(pavel, card)

    page = signed_in(pavel).get("/contacts/", {"q": query})

    assert [contact.name for contact in page.context["contacts"]] == ["Liza"]


def test_nobody_found_says_so(card: Contact, pavel: Employee) -> None:
    assert "Nobody found" in words(signed_in(pavel).get("/contacts/", {"q": "%"}, headers=by_htmx()))


def test_properties_of_a_site_are_text(card: Contact, pavel: Employee) -> None:
    card.properties = {"plan": "<b>gold</b>", "orders": 3}
    card.save()

    data = part(signed_in(pavel).get(f"/contacts/{card.number}/"), "contact-data")

    assert "&lt;b&gt;gold&lt;/b&gt;" in data and "<dd>3</dd>" in data


def test_fifty_contacts_cost_as_many_queries_as_five(shop_chat: Channel, pavel: Employee) -> None:
    for number in range(5):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    browser = signed_in(pavel)
    few = queries_of(browser, "/contacts/")

    for number in range(5, 60):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    assert queries_of(browser, "/contacts/") == few
    assert "Earlier contacts" in words(browser.get("/contacts/"))
