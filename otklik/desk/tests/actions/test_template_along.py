"""What a template makes of a new task: shares for each assignee, subtasks by other templates, first values, and who may
begin with it (contracts/planfix-behaviour.md §7, §12)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from otklik.desk.actions import making, members, task_fields, task_templates, tasks, template_order, unfolding
from otklik.desk.errors import Outdated, Refused
from otklik.desk.models import Comment, Due, Employee, Group, StatusSet, Subtask, Task, TaskTemplate, Unfolding
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in

__all__ = ["liza", "shop_chat"]


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


def changed(template: TaskTemplate, by: Employee, **more: Any) -> TaskTemplate:
    now = task_templates.values_of(template)
    return task_templates.change(template, {**now, **more}, seen=now, by=by)


def standard() -> TaskTemplate:
    return TaskTemplate.objects.get(key="standard")


def another(by: Employee, name: str, **more: Any) -> TaskTemplate:
    values = task_templates.values_of(standard()) | {"assignee": [], "joining": "all", "parts": []}
    return task_templates.make({**values, "name": name, **more}, by=by)


def by_hand(by: Employee, template: TaskTemplate, **more: Any) -> Task:
    values = {"name": "Move the shop", "description": "", "template": template.pk, **more}
    return making.make(values, by=by)


def unfold_all() -> None:
    while unfolding.unfold_next():
        pass


def parts_of(task: Task) -> dict[str, list[str]]:
    """Names of the subtasks with their assignees."""
    parts = Task.objects.filter(part_of__parent=task).order_by("number")
    return {part.name: sorted(members.who_is(part, "assignee")) for part in parts}


@pytest.mark.django_db
def test_7_each_assignee_gets_a_subtask(liza: Writer, olga: Employee, pavel: Employee, support: Group) -> None:
    template = changed(standard(), olga, joining="subtasks", assignee=[e(pavel)], due_count=2)

    mine = by_hand(olga, template, assignee=[e(olga)])
    chat = liza.says("Hello")
    assert parts_of(chat) == {} and Unfolding.objects.filter(task=chat).exists()
    unfold_all()

    shares = Task.objects.filter(part_of__parent=mine).order_by("number")
    assert [members.who_is(one, "assignee") for one in shares] == [[e(olga)], [e(pavel)]]
    assert {one.name for one in shares} == {"Move the shop"} and Due.objects.filter(task__in=shares).count() == 2
    given = sorted(members.who_is(one, "assignee")[0] for one in Task.objects.filter(part_of__parent=chat))
    assert given == sorted([e(pavel), f"group-{support.pk}"])
    assert not Subtask.objects.filter(parent__in=shares).exists() and not Unfolding.objects.exists()
    assert Task.objects.filter(part_of__parent=chat).first().contact == chat.contact  # type: ignore[union-attr]


@pytest.mark.django_db
def test_7_each_assignee_gets_a_step_of_the_checklist(
    liza: Writer, olga: Employee, pavel: Employee, support: Group
) -> None:
    template = changed(standard(), olga, joining="items", assignee=[e(pavel)], checklist="Ask for the size")

    mine, chat = by_hand(olga, template), liza.says("Hello")
    unfold_all()

    assert list(mine.checklist.values_list("text", "assignee")) == [("Ask for the size", None), ("Pavel", pavel.pk)]
    steps = [("Ask for the size", None), (support.name, None), ("Pavel", pavel.pk)]
    assert list(chat.checklist.values_list("text", "assignee")) == steps


@pytest.mark.django_db
def test_7_who_was_slower_leaves_the_task(liza: Writer, pavel: Employee, alice: Employee, support: Group) -> None:
    TaskTemplate.objects.update(joining=TaskTemplate.Joining.ALONE)
    task = liza.says("Hello")

    tasks.accept(task, by=alice)

    assert members.who_is(task, "assignee") == [e(alice)] and members.who_is(task, "participant") == []
    assert not Task.objects.visible_to(pavel).filter(pk=task.pk).exists()


@pytest.mark.django_db
def test_12_a_tree_of_templates_makes_a_tree_of_tasks(
    liza: Writer, olga: Employee, pavel: Employee, alice: Employee, support: Group
) -> None:
    pack = another(olga, "Pack", assignee=[e(alice)], task_name="Pack for {{Task.Number}}")
    send = another(olga, "Send", assignee=[e(pavel)], parts=[str(pack.pk)])
    template = changed(standard(), olga, parts=[str(send.pk)])

    mine, chat = by_hand(olga, template), liza.says("Hello")
    unfold_all()

    for whole in (mine, chat):
        assert parts_of(whole) == {"Send": [e(pavel)]}
        sent = Task.objects.get(part_of__parent=whole)
        assert list(parts_of(sent).values()) == [[e(alice)]]
    assert any("No. " in str(one) or str(pack) for one in template_order.users_of(pack))
    with pytest.raises(Refused, match="Send"):
        task_templates.remove(pack, by=olga)


@pytest.mark.django_db
def test_12_a_template_never_stands_in_itself(olga: Employee, support: Group) -> None:
    pack = another(olga, "Pack")
    send = another(olga, "Send", parts=[str(pack.pk)])

    for part in (send, pack):
        with pytest.raises(Refused, match=part.name) as fault:
            changed(pack, olga, parts=[str(part.pk)])
        assert fault.value.field == "parts"


@pytest.mark.django_db
def test_12_templates_stand_in_each_other_as_deep_as_tasks(olga: Employee, support: Group) -> None:
    inner = another(olga, "5")
    for name in ("4", "3", "2", "1"):
        inner = another(olga, name, parts=[str(inner.pk)])

    with pytest.raises(Refused, match="5"):
        another(olga, "0", parts=[str(inner.pk)])


@pytest.mark.django_db(transaction=True)
def test_12_two_who_close_a_circle_at_once_do_not(olga: Employee, support: Group) -> None:
    one, other = another(olga, "One"), another(olga, "Other")
    faults: list[Refused | Outdated] = []

    def put(into: TaskTemplate, part: TaskTemplate) -> None:
        try:
            changed(into, olga, parts=[str(part.pk)])
        except (Refused, Outdated) as error:
            faults.append(error)
        finally:
            connection.close()

    runs = [threading.Thread(target=put, args=pair) for pair in ((one, other), (other, one))]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert [fault.field for fault in faults if isinstance(fault, Refused)] == ["parts"] and len(faults) == 1


@pytest.mark.django_db
def test_12_own_fields_begin_with_the_templates_values(liza: Writer, olga: Employee, support: Group) -> None:
    size = task_fields.save(None, name="Size", kind="choice", choices=["S", "M"], template=None, by=olga)
    gone = task_fields.save(None, name="Old", kind="text", choices=[], template=None, by=olga)
    template = changed(standard(), olga, fields={str(size.pk): "M", str(gone.pk): "x"})
    task_fields.archive(gone, is_wanted=True, by=olga)

    for task in (by_hand(olga, template), liza.says("Hello")):
        assert task_fields.values_of(task) == {size.pk: "M"}
    with pytest.raises(Refused) as fault:
        changed(template, olga, fields={str(size.pk): "XXL"})
    assert fault.value.field == f"field-{size.pk}"


@pytest.mark.django_db
def test_12_a_template_for_a_group_is_offered_to_its_people(
    olga: Employee, pavel: Employee, boris: Employee, support: Group
) -> None:
    another(olga, "Only for support", groups=[f"group-{support.pk}"])

    seen = {who: "Only for support" in signed_in(who).get("/tasks/new/").text for who in (olga, pavel, boris)}

    assert seen == {olga: True, pavel: True, boris: False}
    template = TaskTemplate.objects.get(own_name="Only for support")
    answer = signed_in(boris).post("/tasks/new/", {"name": "Call", "template": template.pk})
    assert answer.status_code == 422 and not Task.objects.exists()


@pytest.mark.django_db
def test_12_what_the_page_of_a_task_shows(liza: Writer, olga: Employee, support: Group) -> None:
    task = liza.says("Hello")
    page = f"/tasks/{task.number}/"
    assert "<dt>Source</dt>" in signed_in(olga).get(page).text

    changed(standard(), olga, hidden_parts=["source", "nonsense"])

    assert standard().hidden_parts == ["source"]
    assert "<dt>Source</dt>" not in signed_in(olga).get(page).text


@pytest.mark.django_db
def test_subtasks_that_cannot_be_made_are_told_and_stop_no_other(liza: Writer, olga: Employee, support: Group) -> None:
    nameless = another(olga, "Pack", task_name="{{Task.Counterparty.Phone}}")
    template = changed(standard(), olga, parts=[str(nameless.pk)])
    task = liza.says("Hello")
    task.contact.name = ""  # type: ignore[union-attr]
    task.contact.save()  # type: ignore[union-attr]

    unfold_all()

    line = Comment.objects.get(task=task, kind="system")
    assert line.data["event"] == "unfolding_failed" and template.parts.exists() and not Unfolding.objects.exists()
    assert "The subtasks of the template were not made." in signed_in(olga).get(f"/tasks/{task.number}/").text


@pytest.mark.django_db
def test_a_step_is_given_to_somebody_who_hears_of_it(
    liza: Writer, olga: Employee, pavel: Employee, boris: Employee, support: Group
) -> None:
    changed(standard(), olga, checklist="Ask for the size")
    task = liza.says("Hello")
    item = task.checklist.get()
    address = f"/tasks/{task.number}/checklist/{item.pk}/"

    refused = signed_in(olga).post(address, {"do": "give", "assignee": boris.pk})
    signed_in(olga).post(address, {"do": "give", "assignee": pavel.pk})

    assert "takes part in the task" in refused.text
    assert task.checklist.get().assignee == pavel
    assert "— Pavel" in signed_in(olga).get(f"/tasks/{task.number}/").text


@pytest.mark.django_db
def test_a_fault_of_any_kind_is_told_and_is_not_met_for_ever(liza: Writer, olga: Employee, support: Group) -> None:
    part = another(olga, "Pack")
    changed(standard(), olga, parts=[str(part.pk)])
    TaskTemplate.objects.filter(pk=part.pk).update(status_set=StatusSet.objects.create(name="Empty"))
    task = liza.says("Hello")

    unfold_all()

    line = Comment.objects.get(task=task, kind="system")
    assert line.data["event"] == "unfolding_failed" and not Unfolding.objects.exists()
