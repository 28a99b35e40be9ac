"""A contact becomes an employee (contracts/planfix-behaviour.md §4.3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import becoming, contacts, invitations, merging
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Contact, ContactTemplate, Employee, Role, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.people.models import User

PASSWORD = "a-good-long-password-7"


@pytest.fixture
def vera(olga: Employee) -> Contact:
    fields = {"name": "Vera", "email": "vera@example.com", "phone": "+7 900 123-45-67"}
    return contacts.make(ContactTemplate.objects.get(key="contact"), by=olga, fields=fields)


def takes_part(task: Task, contact: Contact, *roles: str) -> None:
    for role in roles:
        TaskMember.objects.create(task=task, role=Role.objects.get(key=role), contact=contact)


def link_for(olga: Employee, vera: Contact) -> str:
    browser, address = signed_in(olga), f"/contacts/{vera.number}/employment/"
    page = words(browser.get(address))
    assert "Name, e-mail and phone go to the employee." in page and "This cannot be undone." in page
    answer: Any = browser.post(address, {"name": "Vera", "role": "user", "position": "Support", "days": "7"})
    assert answer.status_code == 200, words(answer)
    return str(answer.context["link"]).removeprefix("http://testserver")


def test_4_3_who_uses_the_link_takes_the_place_of_the_contact(liza: Writer, olga: Employee, vera: Contact) -> None:
    task = liza.says("Hello")
    takes_part(task, vera, "assignee", "participant", "counterparty")
    link = link_for(olga, vera)
    assert Contact.objects.current().filter(pk=vera.pk).exists(), "nothing happens before the link is used"
    stranger = Client(headers={"accept-language": "en"})
    assert 'value="vera@example.com"' in stranger.get(link).content.decode()

    answer = stranger.post(link, {"name": "Vera L.", "email": "vera@example.com", "password": PASSWORD})

    assert answer["Location"] == "/"
    employee = Employee.objects.get(user__email="vera@example.com")
    assert (employee.phone, employee.position) == ("+7 900 123-45-67", "Support")
    roles = TaskMember.objects.filter(task=task, employee=employee).values_list("role__key", flat=True)
    assert sorted(roles) == ["assignee", "participant"]
    task.refresh_from_db()
    assert employee.pk in task.notified
    assert list(TaskMember.objects.filter(contact=vera).values_list("role__key", flat=True)) == ["counterparty"]
    browser = signed_in(olga)
    assert vera not in browser.get("/contacts/").context["contacts"]
    card = words(browser.get(f"/contacts/{vera.number}/"))
    assert "This contact is an employee now: Vera L.." in card and "Became the employee Vera L." in card
    assert "vera@example.com" in card and "Make an employee" not in card


def test_4_3_an_employee_who_works_here_keeps_his_own_data(
    liza: Writer, olga: Employee, pavel: Employee, vera: Contact
) -> None:
    task = liza.says("Hello")
    takes_part(task, vera, "assignee", "participant")
    email = pavel.user.email

    answer = signed_in(olga).post(f"/contacts/{vera.number}/joining/", {"employee": pavel.pk})

    assert answer["Location"] == f"/contacts/{vera.number}/"
    pavel.refresh_from_db()
    assert (pavel.phone, pavel.user.email) == ("+7 900 123-45-67", email)
    assert not TaskMember.objects.filter(contact=vera).exists()
    assert TaskMember.objects.filter(task=task, employee=pavel, role__key="participant").count() == 1
    with pytest.raises(Refused):
        becoming.join(vera, pavel, by=olga)
    with pytest.raises(Refused):
        contacts.update(vera, by=olga, fields={"name": "Other"})


def test_of_several_links_the_latest_is_good(olga: Employee, vera: Contact) -> None:
    first, second = link_for(olga, vera), link_for(olga, vera)

    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_a_contact_merged_meanwhile_becomes_it_as_the_other(olga: Employee, vera: Contact) -> None:
    made = invitations.make(by=olga, name="Vera", contact=vera)
    into = contacts.make(ContactTemplate.objects.get(key="contact"), by=olga, fields={"name": "Vera Petrova"})
    merging.merge(into, [vera], by=olga)
    employee = invitations.accept(made.token, User.objects.create_user("v@example.com", PASSWORD, name="Vera"))

    into.refresh_from_db()
    assert employee and into.employee == employee and not Contact.objects.exclude(email="").exists()


def test_only_administrators_make_employees_of_contacts(olga: Employee, pavel: Employee, vera: Contact) -> None:
    browser = signed_in(pavel)
    assert browser.get(f"/contacts/{vera.number}/employment/").status_code == 404
    assert browser.post(f"/contacts/{vera.number}/joining/", {"employee": pavel.pk}).status_code == 404
    assert "Make an employee" not in words(browser.get(f"/contacts/{vera.number}/"))
    with pytest.raises(NotAllowed):
        becoming.join(vera, pavel, by=pavel)


def test_whom_there_is_not_is_refused_beside_the_choice(olga: Employee, vera: Contact) -> None:
    answer = signed_in(olga).post(f"/contacts/{vera.number}/joining/", {"employee": "0"})

    assert answer.status_code == 422 and "Choose an employee who works here." in words(answer)
