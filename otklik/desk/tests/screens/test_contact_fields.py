"""Own fields of contacts and companies (contracts/planfix-behaviour.md §4.4, §4.5)."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from otklik.desk.actions import contact_fields, contacts
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Contact, ContactField, ContactTemplate, ContactValue, Employee, Event
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words

ADMIN = "/management/contact-fields/"


def add(by: Employee, name: str, kind: str = "text", choices: str = "", **more: Any) -> ContactField:
    answer = signed_in(by).post(ADMIN, {"name": name, "kind": kind, "choices": choices, **more})
    assert answer.status_code == 302, words(answer)
    return ContactField.objects.get(name=name)


def person(by: Employee, name: str = "Liza") -> Contact:
    return contacts.make(ContactTemplate.objects.get(key="contact"), by=by, fields={"name": name})


def seen_in(page: str) -> str:
    return unescape(page.split('name="seen" value="')[1].split('"')[0])


def test_4_5_a_field_appears_on_all_contacts_those_that_are_there_too(olga: Employee, pavel: Employee) -> None:
    liza = person(olga)
    kinds = {"Contract": "text", "Discount": "number", "Birthday": "date", "Tier": "choice", "Manager": "person"}
    fields = {name: add(olga, name, kind, "Gold\nSilver") for name, kind in kinds.items()}
    browser, address = signed_in(pavel), f"/contacts/{liza.number}/data/"
    form = browser.get(f"{address}?edit", headers=by_htmx()).content.decode()
    assert all(name in form for name in kinds)
    given = {
        "Contract": "17 <b>",
        "Discount": "5.50",
        "Birthday": "1990-02-28",
        "Tier": "Gold",
        "Manager": str(pavel.pk),
    }
    posted = {f"field-{fields[name].pk}": value for name, value in given.items()}

    answer = browser.post(address, {"name": "Liza", **posted, "seen": seen_in(form)}, headers=by_htmx())

    shown = answer.content.decode()
    assert all(value in shown for value in ("17 &lt;b&gt;", "5.5", "28.02.1990", "Gold", "Pavel"))
    assert "Contract" in words(browser.get(f"/contacts/{liza.number}/"))
    changes = Event.objects.filter(contact=liza, kind="contact_updated").latest("number").data["changes"]
    assert changes["Discount"] == ["", "5.5"]


def test_a_field_of_one_template_is_not_on_cards_of_another(olga: Employee) -> None:
    company = ContactTemplate.objects.get(key="company")
    field = add(olga, "Tax number", template=str(company.pk))
    liza, ltd = person(olga), contacts.make(company, by=olga, fields={"name": "Light Ltd"})

    for contact, is_there in ((liza, False), (ltd, True)):
        page = signed_in(olga).get(f"/contacts/{contact.number}/data/?edit").content.decode()
        assert (f"field-{field.pk}" in page) is is_there


@pytest.mark.parametrize(
    ("kind", "value"), [("number", "twelve"), ("date", "soon"), ("choice", "Plane"), ("person", "77777")]
)
def test_what_does_not_fit_is_said_beside_the_field_and_what_was_typed_stays(
    olga: Employee, kind: str, value: str
) -> None:
    field, liza = add(olga, "Field", kind, "Gold"), person(olga)

    given = {"name": "Liza Petrova", f"field-{field.pk}": value, "seen": "{}"}
    answer = signed_in(olga).post(f"/contacts/{liza.number}/data/", given, headers=by_htmx())

    page = answer.content.decode()
    assert (answer.status_code, 'role="alert"' in page, "Liza Petrova" in page) == (422, True, True)
    assert not ContactValue.objects.exists() and Contact.objects.get(pk=liza.pk).name == "Liza"


def test_who_saves_over_a_colleagues_change_is_told(olga: Employee, pavel: Employee) -> None:
    field, liza = add(olga, "Contract"), person(olga)
    contacts.update(liza, by=olga, fields={}, values={field.pk: "17"}, seen={})

    with pytest.raises(Outdated):
        contacts.update(liza, by=pavel, fields={"name": "Elizaveta"}, values={field.pk: "18"}, seen={})

    given = {"name": "Liza", f"field-{field.pk}": "18", "seen": "{}"}
    answer = signed_in(pavel).post(f"/contacts/{liza.number}/data/", given, headers=by_htmx())
    assert (answer.status_code, "17" in words(answer)) == (422, True)
    assert (contact_fields.values_of(liza), Contact.objects.get(pk=liza.pk).name) == ({field.pk: "17"}, "Liza")


def test_a_field_that_is_taken_away_while_somebody_types_is_said_and_the_rest_is_saved(olga: Employee) -> None:
    field, liza = add(olga, "Contract"), person(olga)
    contact_fields.archive(field, is_wanted=True, by=olga)

    given = {"name": "Elizaveta", f"field-{field.pk}": "17", "seen": "{}"}
    answer = signed_in(olga).post(f"/contacts/{liza.number}/data/", given, headers=by_htmx())

    assert "This field has been taken away meanwhile and is not saved: Contract: 17." in words(answer)
    assert Contact.objects.get(pk=liza.pk).name == "Elizaveta" and not ContactValue.objects.exists()


def test_what_fits_no_more_stays_until_somebody_changes_it(olga: Employee, pavel: Employee, boris: Employee) -> None:
    level, care, by = add(olga, "Level", "choice", "Gold"), add(olga, "Care", "person"), add(olga, "By", "contact")
    anna, zoya = person(olga, "Anna"), person(olga, "Zoya")
    contacts.update(zoya, by=olga, fields={}, values={level.pk: "Gold", care.pk: boris.pk, by.pk: anna.pk}, seen={})
    contact_fields.save(level, name="Level", kind="", choices=["Tin"], template=None, by=olga)
    boris.user.is_active = False
    boris.user.save()
    person(olga, "Anna")
    browser, address = signed_in(pavel), f"/contacts/{zoya.number}/data/"
    seen = seen_in(browser.get(f"{address}?edit", headers=by_htmx()).content.decode())

    shown = {f"field-{level.pk}": "Gold", f"field-{care.pk}": boris.pk, f"field-{by.pk}": "Anna"}
    answer = browser.post(address, {"name": "Zoya Petrova", **shown, "seen": seen}, headers=by_htmx())

    assert answer.status_code == 200, words(answer)
    assert Contact.objects.get(pk=zoya.pk).name == "Zoya Petrova"
    assert contact_fields.values_of(zoya) == {level.pk: "Gold", care.pk: boris.pk, by.pk: anna.pk}


def test_an_archived_field_comes_back_with_its_values(olga: Employee) -> None:
    field, liza = add(olga, "Contract"), person(olga)
    contacts.update(liza, by=olga, fields={}, values={field.pk: "17"}, seen={})
    browser = signed_in(olga)

    browser.post(f"{ADMIN}{field.pk}/", {"archive": "1"})
    assert "Contract 17" not in words(browser.get(f"/contacts/{liza.number}/"))
    browser.post(f"{ADMIN}{field.pk}/", {"restore": "1"})
    assert "Contract 17" in words(browser.get(f"/contacts/{liza.number}/"))


def test_a_new_contact_has_them_at_once(olga: Employee) -> None:
    field = add(olga, "Contract")

    signed_in(olga).post("/contacts/new/", {"name": "Oleg", f"field-{field.pk}": "18", "seen": "{}"})

    assert contact_fields.values_of(Contact.objects.get(name="Oleg")) == {field.pk: "18"}


def test_only_administrators_make_fields(olga: Employee, pavel: Employee, liza: Writer) -> None:
    assert signed_in(pavel).get(ADMIN).status_code == 404
    with pytest.raises(NotAllowed):
        contact_fields.save(None, name="X", kind="text", choices=[], template=None, by=pavel)
    for name, kind in (("", "text"), ("E" * 61, "text"), ("email", "text"), ("X", "colour")):
        with pytest.raises(Refused):
            contact_fields.save(None, name=name, kind=kind, choices=[], template=None, by=olga)
