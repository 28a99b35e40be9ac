"""Further e-mails and phones of a card, and a base that leaves as a table and comes back (§4.2, §4.3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from otklik.desk.actions import becoming, contact_fields, merging
from otklik.desk.actions import contacts as actions
from otklik.desk.actions.contact_batch import checked
from otklik.desk.actions.joining import join_by_email
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, ContactField, ContactTemplate, Employee, Event
from otklik.desk.search import Filters, find
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.desk.tests.screens.test_contact_imports import brought_in, uploaded


def made(by: Employee, **fields: str) -> Contact:
    return actions.make(ContactTemplate.objects.get(key="contact"), by=by, fields=fields)


def export(olga: Employee, kind: str, language: str = "en") -> str:
    browser = signed_in(olga, language)
    return b"".join(browser.get(f"/contacts/export/contacts.{kind}?sort=name")).decode()


def test_a_card_has_further_addresses_which_are_shown_found_and_kept_apart(olga: Employee) -> None:
    zoya = made(olga, name="Zoya", email="zoya@example.com", phone="8 900 1")
    browser = signed_in(olga)
    given = {"name": "Zoya", "email": "zoya@example.com", "phone": "8 900 1"}
    further = {"further_emails": "Z@work.example\nzoya@EXAMPLE.com", "further_phones": "+7 (912) 345-67-89"}

    browser.post(f"/contacts/{zoya.number}/data/", given | further)

    zoya.refresh_from_db()
    assert (zoya.further_emails, zoya.further_phones) == (["z@work.example"], ["+7 (912) 345-67-89"])
    card = words(browser.get(f"/contacts/{zoya.number}/"))
    assert "z@work.example" in card and "+7 (912) 345-67-89" in card and "Further e-mails" in card
    assert [*find(olga, "912 345-67-89", Filters()).hits["contact"]] == [zoya]
    assert [*find(olga, "z@work.example", Filters()).hits["contact"]] == [zoya]
    for asked in ("z@work", "345-67"):
        assert "Zoya" in words(browser.get("/contacts/", {"q": asked})), asked
    assert join_by_email(["z@work.example"]).contacts == {"z@work.example": zoya.pk}
    refused = browser.post("/contacts/new/", {"name": "Ira", "email": "Z@Work.example"})
    assert refused.status_code == 422 and f"contact № {zoya.number}" in words(refused)
    warned = browser.post("/contacts/new/", {"name": "Ira", "phone": "89123456789"})
    assert "Somebody like this is in the base already" in words(warned)


@pytest.mark.parametrize("typed", ["not an address", "pavel@example.com", "zoya@example.com"])
def test_a_further_address_must_be_free_and_one(olga: Employee, pavel: Employee, typed: str) -> None:
    made(olga, name="Zoya", email="zoya@example.com")
    oleg = made(olga, name="Oleg")

    answer = signed_in(olga).post(f"/contacts/{oleg.number}/data/", {"name": "Oleg", "further_emails": typed})

    assert answer.status_code == 422 and 'id="contact-further_emails-error"' in answer.content.decode()
    assert typed in answer.content.decode(), "nothing is lost"


def test_4_2_all_as_new_makes_a_card_with_an_address_that_is_in_the_base(olga: Employee, pavel: Employee) -> None:
    zoya = made(olga, name="Zoya", email="zoya@example.com")
    table = b"Name,E-mail\nZoya again,zoya@example.com\nPavel,pavel@example.com\n"

    order = brought_in(olga, table, duplicates="create")

    assert (order.made, order.failed) == (2, 0)
    again = Contact.objects.get(name="Zoya again")
    assert (again.email, again.further_emails, again.emails) == ("", ["zoya@example.com"], ["zoya@example.com"])
    assert join_by_email(["zoya@example.com"]).contacts == {"zoya@example.com": zoya.pk}


@pytest.mark.parametrize("kind", ["csv", "vcf"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_base_leaves_as_a_table_and_comes_back(olga: Employee, kind: str, language: str) -> None:
    contact_fields.save(None, name='Tier, "gold"', kind="text", choices=[], template=None, by=olga)
    [field] = ContactField.objects.all()
    template = ContactTemplate.objects.get(key="contact")
    fields = {"name": "Zoya; Petrova", "email": "zoya@example.com", "phone": "+7 900 1234567", "notes": "=a\nb, c"}
    zoya = actions.make(template, by=olga, fields=fields, values={field.pk: "high, 1"})
    other = made(olga, name="Zoya", email="z@example.com", phone="8 912 345-67-89", further_emails="zz@example.com")
    merging.merge(zoya, [other], by=olga)
    made(olga, name="Анна", phone="8 (495) 765-43-21")
    before = export(olga, kind, language)
    Contact.objects.all().update(email="", merged_into=olga.pk * 0 or None)
    Event.objects.all().delete()
    Contact.objects.filter(merges__isnull=False).delete()
    Contact.objects.all().delete()

    order, _page = uploaded(olga, before.encode(), f"contacts.{kind}")
    order = brought_in(olga, before.encode())

    assert (order.made, order.failed) == (2, 0)
    assert same(export(olga, kind, language), kind) == same(before, kind)


def same(table: str, kind: str) -> Any:
    """Without the numbers that cards have anew."""
    if kind == "vcf":
        return table
    between = ";" if table.count(";") > table.count(",") else ","
    return [line.partition(between)[2] if line[:1].isdigit() else line for line in table.splitlines()]


def test_4_3_addresses_of_a_card_pass_to_the_employee_whose_own_win(olga: Employee, pavel: Employee) -> None:
    card = made(olga, name="P.", email="pasha@home.example", phone="8 900 1234567", further_emails="p@other.example")
    pavel.phone = "8 912 7654321"
    pavel.save()

    becoming.join(card, pavel, by=olga)

    pavel.refresh_from_db()
    assert pavel.phone == "8 912 7654321"
    assert pavel.further_emails == ["pasha@home.example", "p@other.example"]
    assert pavel.further_phones == ["8 900 1234567"]
    assert join_by_email(["p@other.example"]).employees == {"p@other.example"}
    page = words(signed_in(olga).get(f"/management/employees/{pavel.pk}/"))
    assert "pasha@home.example" in page and "8 900 1234567" in page
    refused = signed_in(olga).post("/contacts/new/", {"name": "Somebody", "email": "pasha@home.example"})
    assert "An employee has this address." in words(refused)


def test_4_2_an_extension_stays_with_its_number(olga: Employee) -> None:
    zoya = made(olga, name="Zoya")
    typed = "8 495 1234567, 12\n8 495 7654321, 12\n101"

    signed_in(olga).post(f"/contacts/{zoya.number}/data/", {"name": "Zoya", "further_phones": typed})

    zoya.refresh_from_db()
    assert zoya.further_phones == ["8 495 1234567, 12", "8 495 7654321, 12", "101"]


def test_too_many_e_mails_in_a_table_are_told_as_such() -> None:
    many = ", ".join(f"z{number}@example.com" for number in range(21))

    with override("en"), pytest.raises(Refused) as refused:
        checked({"name": "Zoya", "email": many})

    assert (refused.value.field, str(refused.value)) == ("email", "At most 20 fit here. (email)")
