"""Order, archive and first choice of task templates (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import first_templates, task_templates, template_order
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, TaskTemplate
from otklik.desk.tests.screens.stage import signed_in, words

pytestmark = pytest.mark.django_db

LIST = "/management/task-templates/"


def made(name: str, by: Employee, **more: Any) -> TaskTemplate:
    standard = TaskTemplate.objects.get(key="standard")
    return task_templates.make({**task_templates.values_of(standard), "name": name, **more}, by=by)


def do(browser: Client, template: TaskTemplate, **deed: Any) -> int:
    return browser.post(f"{LIST}{template.number}/change/", deed).status_code


def order() -> list[str]:
    return [one.name for one in TaskTemplate.objects.offered() if not one.key]


def test_12_templates_are_put_in_order_by_keys_and_by_dragging(olga: Employee) -> None:
    _sales, repairs, returns = (made(name, olga) for name in ("Sales", "Repairs", "Returns"))
    browser = signed_in(olga)
    assert order() == ["Sales", "Repairs", "Returns"]

    do(browser, returns, do="up")
    assert order() == ["Sales", "Returns", "Repairs"]
    do(browser, repairs, do="place", at="0")
    assert order() == ["Repairs", "Sales", "Returns"]
    page = words(browser.get(LIST))
    assert page.index("Repairs") < page.index("Sales") < page.index("Returns")


def test_12_a_template_in_the_archive_is_offered_no_more_and_may_come_back(olga: Employee, pavel: Employee) -> None:
    sales = made("Sales", olga)
    first_templates.choose(pavel, sales, by=olga)
    browser = signed_in(olga)

    do(browser, sales, do="archive")

    assert "Sales" in words(browser.get(LIST))
    assert "Sales" not in words(signed_in(pavel).get("/tasks/new/"))
    pavel.refresh_from_db()
    first = first_templates.of(pavel)
    assert first and first.key == "standard"
    do(browser, sales, do="restore")
    assert "Sales" in words(signed_in(pavel).get("/tasks/new/"))
    assert first_templates.of(pavel) == sales


def test_12_the_standard_template_is_not_archived(olga: Employee) -> None:
    with pytest.raises(Refused):
        template_order.archive(TaskTemplate.objects.get(key="standard"), by=olga)


def test_12_before_a_template_goes_one_is_told_where_it_is_used(olga: Employee, pavel: Employee) -> None:
    sales = made("Sales", olga)
    first_templates.choose(pavel, sales, by=pavel)

    page = words(signed_in(olga).get(f"{LIST}{sales.number}/removal/"))

    assert "Used by: 1 employee by default" in page and "To the archive instead" in page


def test_12_an_employee_chooses_himself_with_which_template_he_begins(olga: Employee, pavel: Employee) -> None:
    sales = made("Sales", olga)
    browser = signed_in(pavel)
    given = {"name": "Call", "template": sales.pk, "keep_template": "on", "assignee": [f"employee-{pavel.pk}"]}

    assert browser.post("/tasks/new/", given).status_code == 302

    assert browser.get("/tasks/new/").context["form"].initial["template"] == sales.pk
    assert signed_in(olga).get("/tasks/new/").context["form"].initial["template"] != sales.pk


def test_12_an_administrator_chooses_it_for_an_employee(olga: Employee, pavel: Employee) -> None:
    sales = made("Sales", olga)
    given = {"name": pavel.name, "email": pavel.user.email, "role": "user", "position": "", "task_template": sales.pk}

    answer = signed_in(olga).post(f"/management/employees/{pavel.pk}/", given)

    assert answer.status_code == 302, words(answer)
    pavel.refresh_from_db()
    assert first_templates.of(pavel) == sales


def test_12_order_and_archive_are_for_administrators_alone(olga: Employee, pavel: Employee, boris: Employee) -> None:
    sales = made("Sales", olga)
    assert do(signed_in(pavel), sales, do="archive") == 404
    with pytest.raises(NotAllowed):
        template_order.archive(sales, by=pavel)
    with pytest.raises(NotAllowed):
        first_templates.choose(boris, sales, by=pavel)
    assert order() == ["Sales"]


def test_12_the_page_that_deletes_says_that_the_standard_template_stays(olga: Employee) -> None:
    standard = TaskTemplate.objects.get(key="standard")
    page = words(signed_in(olga).get(f"/management/task-templates/{standard.number}/removal/"))
    assert "so it stays" in page and "Delete the template" not in page
