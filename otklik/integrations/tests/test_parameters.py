from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from otklik.desk.models import ContactTemplate, Employee, Group, TaskTemplate
from otklik.integrations.forms import IntegrationParameters, parameters_of
from otklik.integrations.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def given(**changed: Any) -> dict[str, Any]:
    standard = {
        "name": "shop.example.com",
        "email": "",
        "task_template": TaskTemplate.objects.get(key="standard").pk,
        "contact_template": ContactTemplate.objects.get(key="contact").pk,
        "people": [],
    }
    return standard | changed


def test_s03_the_five_fields_take_people_and_groups(support: Group, boris: Employee) -> None:
    form = IntegrationParameters(
        given(email="Operator@Example.com", people=[f"group-{support.pk}", f"employee-{boris.pk}"])
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data["email"] == "operator@example.com"
    assert (form.employees, form.groups) == ([boris], [support])


def test_s03_the_standard_templates_are_chosen_at_first(db: None) -> None:
    TaskTemplate.objects.create(
        number=50, own_name="Sales", status_set=TaskTemplate.objects.get(key="standard").status_set
    )

    shown = IntegrationParameters().as_p()

    assert shown.index("Standard template") < shown.index("Sales")
    assert f'<option value="{TaskTemplate.objects.get(key="standard").pk}" selected>' in shown


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("name", " \u202e ", "Give the account a name."),
    ("email", "nonsense", "This is no e-mail address."),
    ("task_template", "999999", "This template is not there any more. Choose another one."),
    ("contact_template", "x'; --", "This template is not there any more. Choose another one."),
    ("people", ["employee-999999"], "Somebody chosen here is not there any more."),
    ("people", ["group-"], "Somebody chosen here is not there any more."),
])  # fmt: skip
def test_s03_what_cannot_be_is_said_beside_its_field(support: Group, field: str, value: Any, sentence: str) -> None:
    form = IntegrationParameters(given(**{field: value}))

    assert list(form.errors) == [field]
    assert sentence in str(form.errors[field])


def test_who_has_left_is_offered_only_where_he_is_chosen(shop: Connection, boris: Employee, alice: Employee) -> None:
    shop.employees.set([boris])
    for one in (boris, alice):
        one.user.is_active = False
        one.user.save()

    shown = IntegrationParameters(initial=parameters_of(shop)).as_p()

    assert "Boris" in shown
    assert "Alice" not in shown
