from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import status_sets, task_templates
from otklik.desk.actions.incoming import Channel
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Employee, Group, Project, StatusSet, Task, TaskTemplate
from otklik.desk.tests.screens.stage import Writer, part, signed_in, words
from otklik.integrations.models import Connection

pytestmark = pytest.mark.django_db

LIST = "/management/task-templates/"


def given(**more: Any) -> dict[str, Any]:
    standard = StatusSet.objects.get(key="standard").pk
    return {
        "name": "Wholesale",
        "task_name": "",
        "description": "",
        "project": "",
        "status_set": standard,
        "joining": "all",
        **more,
    }


def make(browser: Client, **more: Any) -> TaskTemplate:
    answer = browser.post(f"{LIST}new/", given(**more))
    assert answer.status_code == 302, words(answer)
    return TaskTemplate.objects.latest("number")


def test_s07_a_task_is_made_as_its_template_says(
    shop_chat: Channel, olga: Employee, pavel: Employee, boris: Employee, support: Group
) -> None:
    sales = status_sets.make("Sales", like=StatusSet.objects.get(key="standard"), by=olga)
    clients = Project.objects.get(name="Clients")
    template = make(
        signed_in(olga),
        task_name="New request",
        description="Ask for the company.",
        project=clients.pk,
        new_project="Wholesale requests",
        status_set=sales.pk,
        assignee=[f"employee-{pavel.pk}"],
        participant=[f"group-{support.pk}"],
        auditor=[f"employee-{boris.pk}"],
    )

    channel = Channel(shop_chat.source_id, "Chatra", template.pk, shop_chat.contact_template_id)
    task = Writer(channel, "Liza").says("Hello")

    assert (task.name, task.description) == ("New request", "Ask for the company.")
    assert task.project and task.project.path == "Clients / Wholesale requests"
    assert task.status.set == sales
    members = task.members.select_related("role").order_by("pk")
    people = {(one.role.key, one.employee or one.group) for one in members if not one.contact_id}
    assert people == {("assignee", pavel), ("participant", support), ("auditor", boris)}
    page = words(signed_in(boris).get(f"/tasks/{task.number}/"))
    assert "Ask for the company." in page and "Clients / Wholesale requests" in page


def test_a_template_is_applied_once(liza: Writer, oleg: Writer, olga: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    template = TaskTemplate.objects.get(key="standard")
    browser = signed_in(olga)
    seen = browser.get(f"{LIST}{template.number}/").context["seen"]

    more = given(name="", task_name="Later", assignee=[f"employee-{boris.pk}"], seen=seen)
    assert browser.post(f"{LIST}{template.number}/", more).status_code == 302

    assert Task.objects.get(pk=task.pk).name == "Liza (Chatra)"
    assert not task.members.filter(employee=boris).exists()
    assert oleg.says("Hello").members.filter(employee=boris, role__key="assignee").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "Give the template a name."),
        ({"name": "standard template"}, "There is a template with this name already."),
        ({"name": "x" * 201}, "200"),
        ({"description": "x" * 10001}, "At most 10000 characters fit here."),
        ({"project": "999"}, "Select a valid choice."),
        ({"status_set": ""}, "This field is required."),
        ({"assignee": ["employee-999"]}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(
    olga: Employee, more: dict[str, Any], sentence: str
) -> None:
    answer = signed_in(olga).post(f"{LIST}new/", given(task_name="Typed before", **more))

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'role="alert"' in part(answer, "content")
    assert 'value="Typed before"' in answer.content.decode()
    assert TaskTemplate.objects.count() == 1


def test_a_project_is_made_once(olga: Employee) -> None:
    browser = signed_in(olga)
    first, second = make(browser, new_project="Sales"), make(browser, name="Retail", new_project=" sales ")

    assert first.project == second.project
    assert Project.objects.get().parent is None


def test_people_who_stay_keep_their_places(olga: Employee, pavel: Employee, alice: Employee, support: Group) -> None:
    browser = signed_in(olga)
    template = make(browser, assignee=[f"employee-{pavel.pk}", f"group-{support.pk}"])
    kept = template.members.get(employee=pavel).pk

    path = f"{LIST}{template.number}/"
    seen = browser.get(path).context["seen"]
    browser.post(path, given(assignee=[f"employee-{pavel.pk}", f"employee-{alice.pk}"], seen=seen))

    assert [member.employee for member in template.members.order_by("pk")] == [pavel, alice]
    assert template.members.get(employee=pavel).pk == kept


def test_of_two_administrators_the_later_sees_what_changed_and_keeps_what_he_typed(
    olga: Employee, pavel: Employee, support: Group
) -> None:
    browser = signed_in(olga)
    template = make(browser, description="Old", new_project="Sales")
    path = f"{LIST}{template.number}/"
    seen = browser.get(path).context["seen"]
    project = template.project_id or 0
    first = given(project=project, task_name="First", description="Hers", assignee=[f"group-{support.pk}"], seen=seen)
    browser.post(path, first)

    mine = given(project=project, description="His\r\nown", new_project="Retail", seen=seen)
    answer = browser.post(path, mine)

    assert answer.status_code == 422
    said = words(answer)
    assert "Somebody else changed this template meanwhile." in said
    assert "Name of its tasks: First" in said and "Description: Hers" in said and "Assignee: Support" in said
    page = answer.content.decode()
    assert ">\nHis\nown</textarea>" in page and 'value="Retail"' in page
    # What he did not touch follows the other one.
    assert 'value="First"' in page
    assert f'value="group-{support.pk}" id="id_assignee_0" checked' in page

    again = {**mine, "task_name": "First", "assignee": [f"group-{support.pk}"], "seen": answer.context["seen"]}
    assert browser.post(path, again).status_code == 302
    template.refresh_from_db()
    assert (template.task_name, template.description) == ("First", "His\nown")
    assert template.project and template.project.path == "Sales / Retail"


def test_the_standard_template_is_not_deleted(olga: Employee) -> None:
    template = TaskTemplate.objects.get(key="standard")
    browser = signed_in(olga)

    answer = browser.post(f"{LIST}{template.number}/removal/")

    assert answer.status_code == 422
    assert "The standard template can be edited, but not deleted." in words(answer)
    assert "Delete" not in words(browser.get(f"{LIST}{template.number}/"))


def test_one_that_a_connection_uses_is_not_deleted_silently(shop: Connection, olga: Employee) -> None:
    browser = signed_in(olga)
    template = make(browser)
    Connection.objects.update(task_template=template)

    answer = browser.post(f"{LIST}{template.number}/removal/")

    assert answer.status_code == 422
    assert "It is still used by: shop.example.com. Choose another template there first." in words(answer)

    Connection.objects.update(task_template=TaskTemplate.objects.get(key="standard"))
    gone = browser.post(f"{LIST}{template.number}/removal/", follow=True)
    assert "“Wholesale” is deleted." in words(gone)


def test_tasks_outlive_their_template(shop_chat: Channel, olga: Employee, pavel: Employee) -> None:
    browser = signed_in(olga)
    template = make(browser, task_name="New request", assignee=[f"employee-{pavel.pk}"])
    channel = Channel(shop_chat.source_id, "Chatra", template.pk, shop_chat.contact_template_id)
    task = Writer(channel, "Liza").says("Hello")

    browser.post(f"{LIST}{template.number}/removal/")

    task.refresh_from_db()
    assert (task.name, task.template) == ("New request", None)
    assert task.members.filter(employee=pavel).exists()


def test_templates_are_for_administrators_alone(pavel: Employee) -> None:
    number = TaskTemplate.objects.get().number
    for path in ("", "new/", f"{number}/", f"{number}/removal/"):
        assert signed_in(pavel).get(LIST + path).status_code == 404
    with pytest.raises(NotAllowed):
        task_templates.remove(TaskTemplate.objects.get(), by=pavel)
