"""Words of people, of what was said, of the whole and of the client's card (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from otklik.desk import variables
from otklik.desk.actions import comments, company, contact_fields, making, scenarios, subtasks, task_fields
from otklik.desk.models import Contact, ContactTemplate, Employee, Group, Task
from otklik.desk.scenarios import engine
from otklik.desk.tests.screens.stage import Writer

pytestmark = pytest.mark.django_db


def filled(text: str, task: Task, employee: Employee) -> str:
    return variables.filled(text, variables.Scene(Task.objects.get(pk=task.pk), employee))


def test_12_the_own_fields_of_a_card_and_of_its_company(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    inn = contact_fields.save(None, name="ИНН", kind="text", choices=[], template=None, by=olga)
    shop = Contact.objects.create(
        number=90001, name="Shop Ltd", email="shop@example.com", template=ContactTemplate.objects.get(key="company")
    )
    client = Contact.objects.get(tasks=task)
    contact_fields.put(client, {inn.pk: "7707083893"})
    contact_fields.put(shop, {inn.pk: "5000000000"})
    Contact.objects.filter(pk=client.pk).update(company=shop, notes="Tall", properties={"ИНН": "told by the site"})

    told = filled("{{Задача.Контрагент.ИНН}} {{Client.Company.ИНН}} {{Task.Client.Company.E-mail}}", task, olga)

    assert told == "7707083893 5000000000 shop@example.com"
    assert filled("{{Client.Notes}} {{Client.Template}}", task, olga) == f"Tall {client.template.name}"
    assert filled("{{Client.Link}}", task, olga).endswith(f"/contacts/{client.number}/")
    assert variables.unknown_in("{{Client.Company.ИНН}}") == ""
    assert variables.unknown_in("{{Client.Company.Nothing}}") == "Client.Company.Nothing"


def test_12_a_card_whose_field_is_empty_says_what_the_site_told(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    contact_fields.save(None, name="City", kind="text", choices=[], template=None, by=olga)
    Contact.objects.filter(tasks=task).update(properties={"City": "Moscow"})

    assert filled("{{Client.City}}", task, olga) == "Moscow"


def test_12_who_is_what_with_his_address_and_groups(
    liza: Writer, olga: Employee, pavel: Employee, support: Group
) -> None:
    Employee.objects.filter(pk=pavel.pk).update(phone="+7 900", position="Seller")
    values = {"name": "Call", "description": "", "assignee": [f"employee-{pavel.pk}"]}
    task = making.make(values, by=olga)

    text = "{{Task.Assignee.E-mail}}, {{Task.Assignee.Phone}}, {{Task.Assignee.Group}}, {{Задача.Постановщик.E-mail}}"
    assert filled(text, task, olga) == f"{pavel.user.email}, +7 900, {support.name}, {olga.user.email}"
    assert filled("{{Employee.E-mail}}", task, pavel) == pavel.user.email


def test_12_the_task_of_which_it_is_a_part(olga: Employee, pavel: Employee) -> None:
    field = task_fields.save(None, name="Sum", kind="number", choices=[], template=None, by=olga)
    whole = making.make({"name": "Move", "description": "", "assignee": [f"employee-{pavel.pk}"]}, by=olga)
    task_fields.fill(whole, {field.pk: "12"}, seen={}, by=olga)
    part = making.make({"name": "Pack", "description": "", "assignee": []}, by=olga)
    subtasks.attach(part, parent=whole, by=olga)

    text = "{{Task.Parent.Name}} {{Задача.Надзадача.Исполнитель}} {{Задача.Надзадача.Sum}} {{Task.Parent.Status}}"
    assert filled(text, part, olga) == f"Move Pavel 12 {whole.status.name}"
    assert filled("[{{Task.Parent.Link}}{{Task.Parent.Sum}}]", whole, olga) == "[]"


def test_12_what_was_said_last(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("How much is it?")
    assert filled("{{Task.Last message.Author}}: {{Task.Last message.Text}}", task, olga) == "Liza: How much is it?"

    comments.add(task, by=pavel, text="300", kind="reply")
    comments.add(task, by=olga, text="He is quick", kind="note")

    assert filled("{{Задача.Последнее сообщение.Текст}}", task, olga) == "300"
    assert filled("[{{Comment.Text}}]", task, olga) == "[]"


def test_12_a_scenario_tells_what_the_client_wrote(liza: Writer, olga: Employee) -> None:
    values = {
        "name": "Tell", "description": "", "event": "comment", "event_values": {}, "conditions": [], "logic": "",
        "delay": 0, "still_holds": True, "restarts": False, "is_quiet": False,
        "operations": [{"kind": "note", "value": "{{Комментарий.Автор}} wrote: {{Comment.Text}}"}],
    }  # fmt: skip
    scenario = scenarios.make(values, by=olga)
    scenarios.switch(scenario, on=True, by=olga)
    task = liza.says("How much is it?")

    while engine.step():
        pass
    engine.due()

    assert task.comments.get(kind="note").text == "Liza wrote: How much is it?"


def test_12_days_to_come(olga: Employee) -> None:
    task = making.make({"name": "Call", "description": "", "assignee": []}, by=olga)
    day = company.working_day(timezone.localdate(), 1)

    assert filled("{{System.Next working day}}", task, olga) == date_format(day, "SHORT_DATE_FORMAT")
    assert filled("{{Системные.Следующий год}}", task, olga) == str(timezone.localdate().year + 1)
    days = ["In a month", "Start of next week", "Start of next month", "Start of quarter", "End of quarter"]
    assert all(filled(f"{{{{System.{name}}}}}", task, olga) for name in days)


def test_a_long_run_of_spaces_is_no_variable_and_is_read_at_once(olga: Employee) -> None:
    task = making.make({"name": "Call", "description": "", "assignee": []}, by=olga)
    bomb = "{{" + " " * 20_000 + "x"

    assert filled(bomb, task, olga) == bomb and variables.left_in(bomb) == ""
    assert filled("{{  Task.Name  |  nothing  }}", task, olga) == "Call"
    assert variables.all_unknown_in("{{ Task.Nothing }}") == ["Task.Nothing"]
