"""What scenarios do with tasks, cards and the world outside (contracts/planfix-behaviour.md §11.3, §11.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from otklik.desk.actions import comments, contact_fields, members, scenarios, task_fields, tasks, trash
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import (
    Comment,
    ContactValue,
    Draft,
    Due,
    Employee,
    Event,
    Notice,
    Project,
    Scenario,
    ScenarioRun,
    Subtask,
    Task,
    TaskTemplate,
    TaskValue,
)  # fmt: skip
from otklik.desk.scenarios import shipped
from otklik.desk.tests.scenarios.test_engine import asks, built, does, now, runs, states, status_of
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, feed_of

__all__ = ["liza", "oleg", "shop_chat"]

State = ScenarioRun.State


def doing(kind: str, **values: object) -> dict[str, str]:
    return {"kind": kind, **{key: str(value) for key, value in values.items()}}


def own_field(by: Employee, name: str, kind: str, choices: list[str] | None = None) -> int:
    return task_fields.save(None, name=name, kind=kind, choices=choices or [], template=None, by=by).pk


def test_11_4_the_task_is_renamed_and_described(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    name, description = "{{Task.Client.Name}}, № {{Задача.Номер}}", "Left.{{Task.Nothing}}"
    built(olga, "left", does("name", name), does("description", description))

    liza.leaves()
    runs()

    task.refresh_from_db()
    assert (task.name, task.description) == (f"Liza, № {task.number}", "Left.")


def test_11_3_whoever_is_to_be_notified_hears_though_it_is_quiet(
    liza: Writer, olga: Employee, pavel: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    now_in = members.who_is(task, "participant")
    members.change(task, "participant", [f"employee-{boris.pk}"], seen=now_in, by=olga)
    noted = doing("note", value="Nobody has it", notify=f"role-participant\nemployee-{olga.pk}")
    built(olga, "left", noted, does("complete"), is_quiet=True)
    Notice.objects.all().delete()

    liza.leaves()
    Notice.objects.all().delete()
    runs()

    told = Notice.objects.filter(event__kind="note_added").values_list("employee", flat=True)
    assert set(told) == {olga.pk, boris.pk}
    assert not Notice.objects.exclude(event__kind="note_added").exists()


def test_the_shipped_reminder_reaches_the_chief(liza: Writer, olga: Employee) -> None:
    shipped.add(shipped.left(), by=olga)
    reminder = Scenario.objects.get(event="created", delay=1800)
    scenarios.switch(reminder, on=True, by=olga)
    liza.says("Hello")
    runs()
    Notice.objects.all().delete()
    ScenarioRun.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    runs()
    assert Notice.objects.filter(employee=olga, event__kind="note_added").exists()


def test_11_4_people_come_into_a_role_and_leave_it(liza: Writer, olga: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    who = f"employee-{boris.pk}"
    built(olga, "left", does("participant", who), does("audit", who))
    built(olga, "returned", does("unparticipate", who), does("unaudit", who))

    liza.leaves()
    runs()
    assert (members.who_is(task, "participant"), members.who_is(task, "auditor")) == ([who], [who])
    liza.says("I am back")
    runs()
    assert (members.who_is(task, "participant"), members.who_is(task, "auditor")) == ([], [])


def test_11_4_own_fields_take_what_a_text_means(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    number, day = own_field(olga, "Sum", "number"), own_field(olga, "Day", "date")
    several, who = own_field(olga, "Colours", "several", ["red", "blue"]), own_field(olga, "Who", "person")
    built(
        olga, "left", doing("field", field=number, value="12,50"), doing("field", field=day, value="+2"),
        doing("field", field=several, value="blue, red"), doing("field", field=who, value="Pavel"),
        doing("field", field=number, value="{{Task.Name}}"),
    )  # fmt: skip

    liza.leaves()
    runs()

    found = dict(TaskValue.objects.filter(task=task).values_list("field", "value"))
    in_two_days = (timezone.localdate() + timedelta(days=2)).isoformat()
    assert found == {number: "12.5", day: in_two_days, several: ["red", "blue"], who: pavel.pk}
    [run] = ScenarioRun.objects.all()
    assert [word for word, _sentence in run.said] == ["done"] * 4 + ["refused"]


def test_11_4_subtasks_and_new_tasks(liza: Writer, olga: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    template = TaskTemplate.objects.get(key="standard")
    who = f"employee-{alice.pk}"
    built(
        olga, "left", doing("subtask", value="Call {{Task.Client.Name}}", assignee=who),
        doing("task", value="Report", template=template.pk, client="same", assignee=who),
    )  # fmt: skip

    liza.leaves()
    runs()

    part = Subtask.objects.get(parent=task).task
    assert part.name == "Call Liza" and members.who_is(part, "assignee") == [who]
    report = Task.objects.get(name="Report")
    assert report.contact_id == task.contact_id and not Subtask.objects.filter(task=report).exists()


def test_11_5_rule_5_a_subtask_for_one_assignee_is_made_once_in_five_minutes(
    liza: Writer, olga: Employee, alice: Employee, boris: Employee
) -> None:
    liza.says("Hello")
    built(
        olga, "left", doing("subtask", value="Call", assignee=f"employee-{alice.pk}"),
        doing("subtask", value="Call again", assignee=f"employee-{alice.pk}"),
        doing("subtask", value="Pack", assignee=f"employee-{boris.pk}"),
    )  # fmt: skip
    liza.leaves()
    runs()
    assert set(Subtask.objects.values_list("task__name", flat=True)) == {"Call", "Pack"}

    Task.objects.filter(name="Call").update(created_at=timezone.now() - timedelta(minutes=5, seconds=1))
    liza.says("Are you there?")
    liza.leaves()
    runs()

    assert Subtask.objects.filter(task__name="Call").count() == 2


def test_11_4_tasks_for_several_with_a_project_a_template_and_a_due_date(
    liza: Writer, olga: Employee, alice: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    ours, theirs = Project.objects.create(name="Ours"), Project.objects.create(name="Theirs")
    Task.objects.filter(pk=task.pk).update(project=ours)
    template = TaskTemplate.objects.create(
        number=77, own_name="Call back", task_name="Call", description="By the list", status_set=task.status.set
    )
    who = [f"employee-{one.pk}" for one in (alice, boris)]
    both = "\n".join(who)
    built(
        olga, "left", doing("subtask", value="Part", template=template.pk, assignee=both, due=2),
        doing("task", value="Other", assignee=both, project=theirs.pk, due=3, unit="hours"),
        doing("task", value="Beside", project="same"),
        doing("subtask", value="Again", assignee=both),
    )  # fmt: skip
    liza.leaves()
    before = timezone.now()
    runs()

    part, other = Task.objects.get(name="Part"), Task.objects.get(name="Other")
    assert (part.template, part.description, part.project) == (template, "By the list", ours)
    assert set(members.who_is(part, "assignee")) == set(members.who_is(other, "assignee")) == set(who)
    assert Due.objects.get(task=part).day == timezone.localdate() + timedelta(days=2)
    assert other.project == theirs and Task.objects.get(name="Beside").project == ours
    at = Due.objects.get(task=other).at
    assert at and timedelta(hours=2, minutes=58) <= at - before <= timedelta(hours=3, minutes=1)
    assert not Task.objects.filter(name="Again").exists()


def test_11_5_a_subtask_leaves_out_whom_it_was_given_to_lately(
    liza: Writer, olga: Employee, alice: Employee, boris: Employee
) -> None:
    liza.says("Hello")
    hers, his = f"employee-{alice.pk}", f"employee-{boris.pk}"
    built(
        olga, "left", doing("subtask", value="First", assignee=hers),
        doing("subtask", value="Second", assignee=f"{hers}\n{his}"),
    )  # fmt: skip
    liza.leaves()
    runs()

    assert members.who_is(Task.objects.get(name="Second"), "assignee") == [his]


def test_8_2_a_scenario_hides_a_note(liza: Writer, olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    now_in = members.who_is(task, "participant")
    members.change(task, "participant", [f"employee-{boris.pk}"], seen=now_in, by=olga)
    built(olga, "left", doing("note", value="Between us", hidden="yes", notify=f"employee-{boris.pk}"))
    liza.leaves()
    runs()

    note = Comment.objects.get(task=task, text="Between us")
    assert note.is_hidden and note.is_visible_to(boris) and not note.is_visible_to(pavel)
    with override("en"), pytest.raises(Refused, match="Choose who is to see"):
        built(olga, "left", doing("note", value="Between us", hidden="yes"))


def test_11_4_the_clients_card_is_changed(liza: Writer, olga: Employee) -> None:
    task = liza.says("My number is 5")
    field = contact_fields.save(None, name="Level", kind="choice", choices=["gold"], template=None, by=olga)
    built(
        olga, "left", doing("contact", field="phone", value="+7 900 000-00-00"),
        doing("contact", field=f"field-{field.pk}", value="gold"), doing("contact", field="email", value="no address"),
    )  # fmt: skip

    liza.leaves()
    runs()

    assert task.contact is not None
    task.contact.refresh_from_db()
    assert (task.contact.phone, task.contact.email) == ("+7 900 000-00-00", "")
    assert ContactValue.objects.get().value == "gold"


def test_11_4_the_due_date_is_so_many_days_ahead(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    built(olga, "left", does("due", "3"))

    liza.leaves()
    runs()

    assert Due.objects.get(task=task).day == timezone.localdate() + timedelta(days=3)


def test_11_5_rule_6_it_acts_in_the_name_of_an_employee_without_asking_for_his_rights(
    liza: Writer, olga: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    Draft.objects.create(task=task, employee=boris, kind="note", text="His own words")
    deeds = [does("note", "Bye"), does("reply", "Come back"), does("complete")]
    built(olga, "left", *deeds, in_name_of=f"employee-{boris.pk}")

    liza.leaves()
    runs()

    assert set(Comment.objects.filter(task=task, kind__in=["note", "reply"]).values_list("employee", flat=True)) == {
        boris.pk
    }
    assert Event.objects.get(kind="status_changed").actor == boris
    # What he was writing himself stays, and he does not take part because a scenario spoke for him.
    assert Draft.objects.filter(employee=boris).exists()
    task.refresh_from_db()
    assert boris.pk not in task.notified
    # His own rights are what they were.
    with pytest.raises(NotAllowed):
        comments.add(task, by=Employee.objects.get(pk=boris.pk), text="Me?", kind="reply")


def test_11_3_the_author_of_the_change_or_the_robot(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    built(olga, "status", does("note", "It goes on"), in_name_of="actor")
    built(olga, "left", does("note", "Gone"), in_name_of="actor")

    tasks.accept(task, by=pavel)
    liza.leaves()
    runs()

    notes = Comment.objects.filter(kind="note")
    authors = {note.text: note.author for note in notes}
    assert authors == {"It goes on": "Pavel", "Gone": "Otklik"}


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        (doing("field", field="99999", value="1"), "operations-1-field"),
        (doing("due", value="soon"), "operations-1-value"),
        (doing("due", value="-1"), "operations-1-value"),
        (doing("subtask", value=""), "operations-1-value"),
        (doing("task", value="Call", due="soon"), "operations-1-due"),
        (doing("subtask", value="Call", assignee="employee-99999"), "operations-1-assignee"),
        (doing("contact", field="passport", value="1"), "operations-1-field"),
        (doing("request", method="POST", value="ftp://example.com"), "operations-1-value"),
        (doing("request", method="POST", value="https://{{Task.Client.Name}}/hook"), "operations-1-value"),
        (doing("request", method="POST", value="https://example.com", body="{not json"), "operations-1-body"),
        (doing("request", method="BREW", value="https://example.com"), "operations-1-method"),
        (doing("mail", value="nobody", subject="Hi", body="Hello"), "operations-1-value"),
        (doing("name", value="x" * 301), "operations-1-value"),
    ],
)
def test_what_an_operation_cannot_do_is_told_at_its_place(
    olga: Employee, operation: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        scenarios.make({"name": "It", "event": "left", "operations": [operation]}, by=olga)
    assert caught.value.field == field


def test_a_field_knows_at_once_what_does_not_fit(olga: Employee) -> None:
    number = own_field(olga, "Sum", "number")
    values = {"name": "It", "event": "left"}
    with pytest.raises(Refused):
        scenarios.make(values | {"operations": [doing("field", field=number, value="many")]}, by=olga)
    scenarios.make(values | {"operations": [doing("field", field=number, value="{{Task.Number}}")]}, by=olga)


def test_11_1_a_changed_field_fires(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    level, other = own_field(olga, "Level", "text"), own_field(olga, "Other", "text")
    scenario = built(olga, "field", does("note", "New level"), event_options={"field": f"field-{level}"})

    task_fields.fill(task, {other: "1"}, seen={}, by=olga)
    runs()
    assert states(scenario) == []
    task_fields.fill(task, {level: "2"}, seen=task_fields.values_of(task), by=olga)
    runs()
    assert states(scenario) == [State.DONE] and ("note", "New level") in feed_of(task)


def test_11_1_the_trash_fires_for_its_own_event_alone(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    gone, other = built(olga, "trashed", does("name", "Gone")), built(olga, "still", does("name", "Changed"))

    trash.trash(task, by=olga)
    runs()

    task.refresh_from_db()
    assert states(gone) == [State.DONE] and states(other) == [] and task.name == "Gone"


def test_conditions_of_the_event_the_client_and_own_fields(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    level = own_field(olga, "Level", "choice", ["gold", "iron"])
    task_fields.fill(task, {level: "gold"}, seen={}, by=olga)
    held = [
        asks("author", "is", f"employee-{pavel.pk}"), asks("caused", "is", "no"),
        asks("client_name", "contains", "liz"),
        asks(f"field-{level}", "is", "gold"), asks("assigner", "is", "client"), asks("due", "is", "without"),
        asks("age", "less", "1"), asks("weekday", "is", timezone.localtime().weekday()), asks("files", "is", "no"),
        asks("checklist", "is", "without"), asks("subtasks", "is", "without"), asks("presence", "is", "here"),
        asks("origin", "is", "chat"), asks("returning", "is", "no"), asks("status_age", "less", "0.5"),
    ]  # fmt: skip
    scenario = built(olga, "status", does("note", "All"), conditions=held)
    opposite = built(olga, "status", does("note", "None"), conditions=[asks("age", "more", "1")])

    tasks.set_status(task, status_of("in_progress"), by=pavel)
    runs()

    assert scenario.runs.get().results == {str(number): True for number in range(1, len(held) + 1)}
    assert states(opposite) == [State.NOT_MET]
    assert now(task) == "in_progress"


def test_they_stand_where_they_are_put(olga: Employee) -> None:
    first, second, third = (built(olga, "left", does("complete")) for _number in range(3))
    scenarios.place(third, 0, by=olga)
    scenarios.move(first, up=False, by=olga)
    assert list(Scenario.objects.all()) == [third, second, first]
    scenarios.place(third, 99, by=olga)
    assert list(Scenario.objects.all()) == [second, first, third]
