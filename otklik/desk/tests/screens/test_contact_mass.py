"""Many contacts at once, chosen in the list (§4.3, §4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions import contact_templates, merging
from otklik.desk.models import Contact, ContactAccess, ContactTemplate, Employee, Event
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.desk.tests.screens.test_contact_list import make


@pytest.fixture
def partners(olga: Employee) -> ContactTemplate:
    return contact_templates.make({"name": "Partners", "is_company": False, "is_system": False}, by=olga)


def do(by: Employee, operation: str, *chosen: Contact, **more: Any) -> Any:
    given = {"do": operation, "contact": [one.number for one in chosen], **more}
    return signed_in(by).post("/contacts/mass/", given, follow=True)


def test_4_4_chosen_ones_get_a_company(pavel: Employee) -> None:
    zoya, anna = make(pavel, "Zoya", company="Horns"), make(pavel, "Anna")
    horns, old = Contact.objects.get(name="Horns"), make(pavel, "Old")
    merging.merge(anna, [old], by=pavel)

    answer = do(pavel, "company", zoya, anna, horns, old, company="horns", query="sort=name")

    assert answer.redirect_chain == [("/contacts/?sort=name", 302)]
    page = words(answer)
    assert "1 contact is changed." in page
    assert "2 stay as they are: Horns — A company belongs to no other.; Zoya — It is so already." in page
    anna.refresh_from_db()
    assert anna.employer == horns
    event = Event.objects.filter(kind="contact_updated").latest("number")
    assert (event.contact, event.actor, event.data["changes"]) == (anna, pavel, {"company": ["", "Horns"]})
    do(pavel, "company", zoya, anna, company="")
    assert not Contact.objects.exclude(company=None).exists()


def test_4_5_chosen_ones_get_another_template(pavel: Employee, partners: ContactTemplate) -> None:
    zoya, hooves = make(pavel, "Zoya"), make(pavel, "Hooves", "company")

    answer = do(pavel, f"template:{partners.pk}", zoya, hooves)

    assert "Hooves — A person does not become a company, nor a company a person." in words(answer)
    zoya.refresh_from_db()
    assert zoya.template == partners
    assert "Template: Contact template → Partners" in words(signed_in(pavel).get(f"/contacts/{zoya.number}/"))


def test_4_3_chosen_ones_are_laid_side_by_side(pavel: Employee) -> None:
    zoya, anna = make(pavel, "Zoya"), make(pavel, "Anna")

    answer = do(pavel, "merge", zoya, anna)

    assert answer.redirect_chain == [(f"/contacts/merge/?contact={zoya.number}&contact={anna.number}", 302)]


def test_chosen_ones_are_exported(olga: Employee, pavel: Employee) -> None:
    zoya, anna = make(olga, "Zoya"), make(olga, "Anna")
    make(olga, "Ira")

    table = b"".join(do(olga, "csv", zoya, anna, query="sort=name&q=zo").streaming_content).decode()

    assert table.index("Anna") < table.index("Zoya") and "Ira" not in table
    assert do(pavel, "csv", zoya).status_code == 404


def test_7_a_card_that_one_may_not_see_stays(pavel: Employee, boris: Employee) -> None:
    zoya = make(pavel, "Zoya")
    Contact.objects.filter(pk=zoya.pk).update(is_restricted=True)
    ContactAccess.objects.create(contact=zoya, employee=pavel)

    do(boris, "company", zoya, company="Horns")

    assert not Contact.objects.filter(name="Horns").exists()


@pytest.mark.parametrize("operation", ["", "template:x", "template:999", "nonsense"])
def test_nonsense_changes_nothing(pavel: Employee, operation: str) -> None:
    zoya = make(pavel, "Zoya")

    assert "Choose from the list what is to be done." in words(do(pavel, operation, zoya))
    assert "Choose contacts first." in words(do(pavel, operation))
    assert Event.objects.filter(kind="contact_updated").count() == 0


def test_there_is_a_limit(pavel: Employee) -> None:
    answer = signed_in(pavel).post("/contacts/mass/", {"do": "company", "contact": range(1, 202)}, follow=True)

    assert "At most 200 contacts at once." in words(answer)
