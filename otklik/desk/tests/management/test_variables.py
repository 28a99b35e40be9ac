"""Words that are filled in where a template makes a task (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from otklik.desk import variables
from otklik.desk.actions import making, task_fields
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Contact, Employee, Status, StatusSet, Task, TaskTemplate
from otklik.desk.tests.screens.stage import Writer, signed_in, words

pytestmark = pytest.mark.django_db

LIST = "/management/task-templates/"


def given(**more: Any) -> dict[str, Any]:
    standard = StatusSet.objects.get(key="standard").pk
    form = {"name": "Wholesale", "task_name": "", "description": "", "project": "", "status_set": standard}
    return {**form, "joining": "all", **more}


def make(browser: Client, **more: Any) -> TaskTemplate:
    answer = browser.post(f"{LIST}new/", given(**more))
    assert answer.status_code == 302, words(answer)
    return TaskTemplate.objects.latest("number")


def by(template: TaskTemplate, shop_chat: Channel) -> Channel:
    return Channel(shop_chat.source_id, "Chatra", template.pk, shop_chat.contact_template_id)


def filled(text: str, task: Task, employee: Employee) -> str:
    return variables.filled(text, variables.Scene(task, employee))


def test_a_chats_task_is_named_by_what_is_known_of_it(shop_chat: Channel, olga: Employee, pavel: Employee) -> None:
    template = make(
        signed_in(olga),
        task_name="№ {{Задача.Номер}}: {{Задача.Контрагент.Имя}} {{Task.Client.E-mail}}",
        description="{{Task.Name}} / {{Задача.Исполнитель.Имя}} / {{Task.Assigner}} / {{Task.Status}}",
        assignee=[f"employee-{pavel.pk}"],
    )

    task = Writer(by(template, shop_chat), "Liza").says("Hello", email="liza@example.com")

    assert task.name == f"№ {task.number}: Liza liza@example.com"
    assert task.description == f"{task.name} / Pavel / Liza / {Status.objects.get(pk=task.status_id).name}"
    again = Writer(by(template, shop_chat), "Oleg").says("Hello")
    assert again.name == f"№ {again.number}: Oleg"


def test_a_name_of_which_nothing_is_known_falls_back_to_the_clients(shop_chat: Channel, olga: Employee) -> None:
    template = make(signed_in(olga), task_name="{{Task.Client.Phone}}", description="{{Task.Description}}!")

    task = Writer(by(template, shop_chat), "Liza").says("Hello")

    assert (task.name, task.description) == ("Liza (Chatra)", "!")


def test_what_a_client_calls_himself_is_only_text(shop_chat: Channel, olga: Employee) -> None:
    template = make(signed_in(olga), task_name="{{Task.Client.Name}}")

    task = Writer(by(template, shop_chat), "{{Task.Number}} <b>").says("Hello")

    assert task.name == "{{Task.Number}} <b>"
    page = signed_in(olga).get(f"/tasks/{task.number}/").content.decode()
    assert "{{Task.Number}} &lt;b&gt;" in page and "{{Task.Number}} <b>" not in page


def test_a_task_made_by_hand_has_its_words_filled_in_once(olga: Employee, pavel: Employee) -> None:
    template = make(signed_in(olga), task_name="Call: {{Task.Assignee.Name}}", description="{{System.Today}}")
    values = {"name": "", "description": "", "project": None, "contact": None, "template": template.pk}

    task = making.make({**values, "assignee": [f"employee-{pavel.pk}"]}, by=olga)
    typed = making.make({**values, "name": "№ {{Task.Number}}, {{ mustache }}"}, by=olga)

    assert task.name == "Call: Pavel"
    assert task.description == date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
    assert typed.name == f"№ {typed.number}, {{{{ mustache }}}}"
    task.refresh_from_db()
    assert task.name == "Call: Pavel"


def test_own_fields_and_properties_of_the_client_are_variables(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    field = task_fields.save(None, name="Сумма (у.е.)", kind="number", choices=[], template=None, by=olga)
    task_fields.fill(task, {field.pk: "12.50"}, seen={}, by=olga)
    Contact.objects.filter(tasks=task).update(properties={"ИНН": "7707083893", "City": ""})
    task = Task.objects.get(pk=task.pk)

    text = '{{Задача."Сумма (у.е.)"}} {{Task."сумма (У.Е.)"}} {{Задача.Контрагент.ИНН}} {{Контрагент.инн}}'
    assert filled(text, task, olga) == "12.5 12.5 7707083893 7707083893"
    assert filled("[{{Client.City|Moscow}}{{Task.Nothing}}{{Nothing}}]", task, olga) == "[Moscow]"
    assert variables.unknown_in(text) == "" and variables.unknown_in("{{Task.Nothing}}") == "Task.Nothing"


def test_within_an_address_a_value_is_percent_encoded(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello", named="Лиза & Co")

    text = "https://shop.example/?n={{Task.Client.Name}}&t={{Task.Number}}-{{Task.Client}} {{Task.Client.Name}}"
    encoded = "%D0%9B%D0%B8%D0%B7%D0%B0%20%26%20Co"
    assert filled(text, task, olga) == f"https://shop.example/?n={encoded}&t={task.number}-{encoded} Лиза & Co"


def test_every_word_that_is_offered_can_be_filled_in(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    task_fields.save(None, name="A.B", kind="text", choices=[], template=None, by=olga)

    offered = variables.listed(olga)

    assert offered.task == task
    for _name, rows in offered.groups:
        for row in rows:
            assert variables.unknown_in(row.code) == "" and "{{" not in filled(row.code, task, olga)


def test_a_template_names_the_word_that_there_is_not_and_keeps_what_was_typed(olga: Employee) -> None:
    answer = signed_in(olga).post(f"{LIST}new/", given(task_name="{{Task.Nmae}} today"))

    assert answer.status_code == 422 and "There is no variable “Task.Nmae”." in words(answer)
    assert "{{Task.Nmae}} today" in answer.content.decode()
    assert not TaskTemplate.objects.filter(own_name="Wholesale").exists()


def test_a_preview_fills_the_words_in_and_saves_nothing(liza: Writer, oleg: Writer, olga: Employee) -> None:
    of_liza, of_oleg = liza.says("Hello"), oleg.says("Hello")
    browser = signed_in(olga)
    typed = given(task_name="For {{Task.Client.Name}}", preview="1")

    assert "For Oleg" in words(browser.post(f"{LIST}new/", {**typed, "preview_task": of_oleg.number}))
    page = browser.post(f"{LIST}new/", {**typed, "name": "", "preview_task": of_liza.number})
    assert page.status_code == 200 and "Give the template a name." not in words(page)
    assert "For Liza" in words(page) and "For {{Task.Client.Name}}" in page.content.decode()
    assert "There is no such task." in words(browser.post(f"{LIST}new/", {**typed, "preview_task": "999999"}))
    assert not TaskTemplate.objects.filter(own_name="Wholesale").exists()


def test_a_preview_does_not_hide_that_somebody_else_changed_the_template(olga: Employee) -> None:
    browser = signed_in(olga)
    template = make(browser, task_name="First")
    seen = browser.get(f"{LIST}{template.number}/").context["seen"]
    assert browser.post(f"{LIST}{template.number}/", given(task_name="Second", seen=seen)).status_code == 302

    page = browser.post(f"{LIST}{template.number}/", given(task_name="Third", seen=seen, preview="1"))
    late = browser.post(f"{LIST}{template.number}/", given(task_name="Third", seen=page.context["seen"]))

    assert late.status_code == 422 and "Somebody else changed this template meanwhile." in words(late)


def test_a_copy_begins_with_what_the_template_says(olga: Employee, pavel: Employee) -> None:
    browser = signed_in(olga)
    template = make(browser, task_name="First", assignee=[f"employee-{pavel.pk}"])

    form = browser.get(f"{LIST}new/", {"like": template.number}).context["form"]

    assert form.initial["name"] == "Wholesale (copy)"
    assert (form.initial["task_name"], form.initial["assignee"]) == ("First", [f"employee-{pavel.pk}"])
    assert TaskTemplate.objects.filter(own_name__startswith="Wholesale").count() == 1
