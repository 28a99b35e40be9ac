"""System templates of contacts and the first template of an employee (§4.5)."""

from __future__ import annotations

import pytest

from otklik.conftest import make_employee
from otklik.desk.actions import contact_fields, contact_templates, first_templates
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import ContactTemplate, Employee
from otklik.desk.tests.screens.stage import signed_in, words


@pytest.fixture
def partners(olga: Employee) -> ContactTemplate:
    return contact_templates.make({"name": "Partners", "is_company": False, "is_system": False}, by=olga)


def test_4_5_any_template_is_made_a_system_one_and_back(olga: Employee, partners: ContactTemplate) -> None:
    browser, address = signed_in(olga), f"/management/contact-templates/{partners.pk}/"

    def saved(is_system: str) -> str:
        page = browser.get(address).context["seen"]
        assert browser.post(address, {"name": "Partners", "is_system": is_system, "seen": page}).status_code == 302
        return words(browser.get(address))

    assert "Delete" not in saved("on")
    with pytest.raises(Refused):
        contact_templates.remove(partners, by=olga)
    assert "Delete" in saved("")
    contact_templates.remove(partners, by=olga)


def test_4_5_the_page_of_a_template_names_the_fields_of_its_contacts(olga: Employee, partners: ContactTemplate) -> None:
    contact_fields.save(None, name="Contract", kind="text", choices=[], template=partners, by=olga)

    page = words(signed_in(olga).get(f"/management/contact-templates/{partners.pk}/"))

    assert "Fields of its contacts Contract" in page


def test_4_5_new_contacts_begin_with_his_own_template_unless_the_list_fixes_one(
    olga: Employee, pavel: Employee, partners: ContactTemplate
) -> None:
    first_templates.choose_for_contacts(pavel, partners, by=olga)
    browser = signed_in(pavel)
    company = ContactTemplate.objects.get(key="company")

    assert browser.get("/contacts/new/").context["template"] == partners
    listed = browser.get("/contacts/", {"template": company.pk}).content.decode()
    assert f'href="/contacts/new/?template={company.pk}"' in listed
    assert browser.get("/contacts/new/", {"template": company.pk}).context["template"] == company
    with pytest.raises(NotAllowed):
        first_templates.choose_for_contacts(olga, None, by=pavel)


def test_7_a_technical_administrator_saves_an_employee_whose_contacts_begin_with_a_template(
    olga: Employee, pavel: Employee, partners: ContactTemplate
) -> None:
    eva = make_employee("Eva", Employee.AccountRole.TECHNICIAN)
    first_templates.choose_for_contacts(pavel, partners, by=olga)
    given = {"name": pavel.name, "email": pavel.user.email, "role": "user", "contact_template": partners.pk}

    answer = signed_in(eva).post(f"/management/employees/{pavel.pk}/", given | {"position": "Seller"})

    assert answer.status_code == 302, words(answer)
    pavel.refresh_from_db()
    assert (pavel.position, pavel.contact_template) == ("Seller", partners)
