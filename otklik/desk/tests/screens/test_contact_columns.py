"""Own fields in the list of contacts: as columns, as filters, in its table (§4.4, §4.5)."""

from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions import contact_fields, contacts, indexing
from otklik.desk.models import Contact, ContactField, ContactTemplate, Employee
from otklik.desk.tests.screens.stage import by_htmx, queries_of, signed_in, words


@pytest.fixture
def fields(olga: Employee) -> dict[str, ContactField]:
    kinds = {
        "Contract": "text", "Discount": "number", "Birthday": "date", "Tier": "choice", "Likes": "several",
        "Manager": "person",
    }  # fmt: skip
    for name, kind in kinds.items():
        contact_fields.save(None, name=name, kind=kind, choices=["Gold", "Tea"], template=None, by=olga)
    return {field.name: field for field in ContactField.objects.all()}


@pytest.fixture
def zoya(olga: Employee, pavel: Employee, fields: dict[str, ContactField]) -> Contact:
    given = {
        "Contract": 'No 17 "new"', "Discount": "5.5", "Birthday": "1990-02-28", "Tier": "Gold", "Likes": ["Tea"],
        "Manager": pavel.pk,
    }  # fmt: skip
    return person(olga, "Zoya", {fields[name].pk: value for name, value in given.items()})


def person(by: Employee, name: str, values: Any = None) -> Contact:
    template = ContactTemplate.objects.get(key="contact")
    return contacts.make(template, by=by, fields={"name": name}, values=values or {})


def test_each_person_chooses_columns(zoya: Contact, fields: dict[str, ContactField], pavel: Employee) -> None:
    browser, keys = signed_in(pavel), ["phone", f"field-{fields['Tier'].pk}", "nonsense"]
    assert "Gold" not in words(browser.get("/contacts/", headers=by_htmx()))

    answer = browser.post("/contacts/columns/", {"columns": keys, "query": "q=zo&sort=name&x=1"})

    assert answer["Location"] == "/contacts/?q=zo&sort=name"
    page = words(browser.get("/contacts/", headers=by_htmx()))
    assert "Name Phone Tier Z Zoya" in page and "Gold" in page and "E-mail" not in page
    pavel.refresh_from_db()
    assert pavel.contact_columns == keys[:2]


def test_a_column_that_was_taken_away_is_left_out(
    zoya: Contact, fields: dict[str, ContactField], olga: Employee
) -> None:
    browser = signed_in(olga)
    browser.post("/contacts/columns/", {"columns": [f"field-{fields['Tier'].pk}"]})
    contact_fields.archive(fields["Tier"], is_wanted=True, by=olga)

    assert "Gold" not in words(browser.get("/contacts/", headers=by_htmx()))


@pytest.mark.parametrize(
    ("name", "asked", "is_found"),
    [
        ("Contract", {"": "NEW"}, True),
        ("Contract", {"": '7 "n'}, True),
        ("Contract", {"": "18"}, False),
        ("Discount", {"-from": "5,5", "-to": "6"}, True),
        ("Discount", {"-from": "10"}, False),
        ("Discount", {"-from": "many"}, True),
        ("Birthday", {"-to": "1990-02-28"}, True),
        ("Birthday", {"-from": "1990-03-01"}, False),
        ("Tier", {"": "Gold"}, True),
        ("Tier", {"": "Tea"}, False),
        ("Likes", {"": "Tea"}, True),
        ("Likes", {"": "Gold"}, False),
        ("Manager", {"": "99999"}, False),
    ],
)
def test_contacts_are_found_by_own_fields(
    zoya: Contact, fields: dict[str, ContactField], pavel: Employee, name: str, asked: dict[str, str], is_found: bool
) -> None:
    given = {f"field-{fields[name].pk}{part}": value for part, value in asked.items()}

    answer = signed_in(pavel).get("/contacts/", given)

    assert [one.name for one in answer.context["contacts"]] == (["Zoya"] if is_found else [])


def test_the_table_has_a_column_of_each_field(zoya: Contact, olga: Employee, pavel: Employee) -> None:
    answer = signed_in(olga).get("/contacts/export/contacts.csv")

    head, line = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert head.endswith("Contract,Discount,Birthday,Tier,Likes,Manager") or "Contract;Discount" in head
    assert all(value in line for value in ("17", "5.5", "28.02.1990", "Gold", "Tea", pavel.name))


def test_own_columns_cost_no_further_queries(
    zoya: Contact, fields: dict[str, ContactField], pavel: Employee, olga: Employee
) -> None:
    browser = signed_in(pavel)
    browser.post("/contacts/columns/", {"columns": [f"field-{one.pk}" for one in fields.values()]})
    few = queries_of(browser, "/contacts/")
    for number in range(20):
        person(olga, f"Client {number}", {fields["Manager"].pk: pavel.pk, fields["Tier"].pk: "Gold"})

    assert queries_of(browser, "/contacts/") == few


def test_search_knows_texts_of_own_fields(zoya: Contact, pavel: Employee) -> None:
    indexing.step()

    assert "Zoya" in words(signed_in(pavel).get("/search/?q=17"))
