"""Own fields in a table of contacts that is brought in (§4.5)."""

from __future__ import annotations

import pytest

from otklik.desk.actions import contact_fields, contacts
from otklik.desk.actions import contact_imports as imports
from otklik.desk.models import Contact, ContactField, ContactTemplate, ContactValue, Employee, Event, ImportLine
from otklik.desk.tests.screens.stage import words
from otklik.desk.tests.screens.test_contact_imports import brought_in, uploaded

TABLE = """Name;E-mail;Contract;Discount;Birthday;Tier;Likes;Manager
Zoya;zoya@example.com;17;1 000,5;28.02.1990;gold;Tea, gold;PAVEL
Oleg;oleg@example.com;;many;;;;
Anna;anna@example.com;;;;;;Nobody at all
Ira;ira@example.com;;;;;;
"""


@pytest.fixture
def fields(olga: Employee, pavel: Employee) -> dict[str, ContactField]:
    kinds = {
        "Contract": "text", "Discount": "number", "Birthday": "date", "Tier": "choice", "Likes": "several",
        "Manager": "person",
    }  # fmt: skip
    for name, kind in kinds.items():
        contact_fields.save(None, name=name, kind=kind, choices=["Gold", "Tea"], template=None, by=olga)
    return {field.name: field for field in ContactField.objects.all()}


def test_columns_are_known_by_the_names_of_fields_and_faults_are_said(
    olga: Employee, fields: dict[str, ContactField]
) -> None:
    order, page = uploaded(olga, TABLE.encode())

    assert order.columns == ["name", "email", *(f"field-{field.pk}" for field in fields.values())]
    text = words(page)
    assert "Row 3: Discount: “many” does not fit." in text and "Row 4: Manager: “Nobody at all” does not fit." in text
    assert "new 2, changed 0, there already 0, at fault 2." in text
    assert not ContactValue.objects.exists(), "a look brings nothing in"


def test_values_come_in_with_new_cards(olga: Employee, pavel: Employee, fields: dict[str, ContactField]) -> None:
    order = brought_in(olga, TABLE.encode())

    zoya = Contact.objects.get(name="Zoya")
    told = {field.name: contact_fields.values_of(zoya).get(field.pk) for field in fields.values()}
    assert told == {
        "Contract": "17", "Discount": "1000.5", "Birthday": "1990-02-28", "Tier": "Gold", "Likes": ["Gold", "Tea"],
        "Manager": pavel.pk,
    }  # fmt: skip
    assert (order.made, order.failed) == (2, 2)
    imports.undo(order, by=olga)
    assert imports.run(order.pk) and not Contact.objects.exists()


def test_cards_that_are_there_are_changed_and_come_back(olga: Employee, fields: dict[str, ContactField]) -> None:
    contract, tier = fields["Contract"].pk, fields["Tier"].pk
    template, given = ContactTemplate.objects.get(key="contact"), {"name": "Zoya", "email": "zoya@example.com"}
    zoya = contacts.make(template, by=olga, fields=given, values={contract: "16", tier: "Gold"})

    order = brought_in(olga, TABLE.encode(), duplicates="update")

    assert contact_fields.values_of(zoya)[contract] == "17"
    changes = Event.objects.filter(contact=zoya, kind="contact_updated").latest("number").data["changes"]
    assert changes["Contract"] == ["16", "17"] and "Tier" not in changes
    assert ImportLine.objects.filter(of=order, outcome="changed").count() == 1
    contacts.update(zoya, by=olga, fields={}, values={fields["Discount"].pk: "7"}, seen=contact_fields.values_of(zoya))
    imports.undo(order, by=olga)
    assert imports.run(order.pk)
    assert contact_fields.values_of(zoya) == {contract: "16", tier: "Gold", fields["Discount"].pk: "7"}
