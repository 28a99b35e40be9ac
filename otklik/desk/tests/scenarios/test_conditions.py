"""What a scenario asks of the task, its people, its moments, its client and the task above (§11.2)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.desk.actions import comments, contact_fields, due_dates, editing, making, scenarios, task_fields, tasks
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee, Event, File, Group, Project, Scenario, Task
from otklik.desk.scenarios.conditions import Field, Looked, comparable, compared, fields, holds, operators, typing
from otklik.desk.scenarios.conditions.operators import DATE, NUMBER, OPERATORS
from otklik.desk.tests.management.test_scenarios import browser, form
from otklik.desk.tests.scenarios.test_dates import passes
from otklik.desk.tests.scenarios.test_dry_run import off, tried
from otklik.desk.tests.scenarios.test_engine import asks, does, status_of
from otklik.desk.tests.scenarios.test_operations import own_field
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, words

__all__ = ["browser", "liza", "shop_chat"]


def held(task: Task, *row: Any) -> bool:
    """Of the task as it is, at its last event; the values go the way of a form."""
    field = fields()[row[0]]
    values = typing.checked(row[0], field, field.operators[row[1]], [str(value) for value in row[2:]])
    task = Task.objects.select_related("status__set", "contact", "source").get(pk=task.pk)
    event = Event.objects.filter(task=task).select_related("comment", "actor").latest("number")
    return holds(asks(row[0], row[1], *values), Looked(task, event))


def all_hold(task: Task, *rows: tuple[Any, ...]) -> None:
    assert [row for row in rows if not held(task, *row)] == []


def none_holds(task: Task, *rows: tuple[Any, ...]) -> None:
    assert [row for row in rows if held(task, *row)] == []


def made(by: Employee, **values: Any) -> Task:
    nothing = {"name": "A report", "description": "", "project": None, "contact": None, "template": None}
    return making.make(nothing | values, by=by)


def test_people(liza: Writer, olga: Employee, pavel: Employee, alice: Employee, support: Group) -> None:
    task = liza.says("Hello")
    team = f"group-{support.pk}"
    all_hold(
        task, ("assigner", "is", "client"), ("assigner_group", "empty"), ("counterparty", "filled"),
        ("counterparty", "is", "Liza"), ("contact", "is", f"№ {task.contact and task.contact.number}"),
        ("assignee_kind", "is", "group"), ("assignee_count", "is", 1), ("auditor", "empty"),
    )  # fmt: skip
    none_holds(task, ("assignee_count", "more", 1), ("counterparty", "empty"), ("auditor", "filled"))

    own = made(pavel, assignee=[f"employee-{alice.pk}", f"employee-{olga.pk}"], auditor=[f"employee-{olga.pk}"])
    all_hold(
        own, ("assigner", "is", f"employee-{pavel.pk}"), ("assigner", "is", "employee"),
        ("assigner_group", "is", team), ("assignee_group", "is", team), ("assignee_count", "between", 2, 3),
        ("assignee_kind", "is_not", "group"), ("auditor", "is", f"employee-{olga.pk}"), ("counterparty", "empty"),
        ("contact", "is_not", "Liza"), ("participant_group", "empty"),
    )  # fmt: skip
    none_holds(own, ("assigner", "is", "client"), ("contact", "is", "Liza"))


def test_the_task_itself(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    Task.objects.update(project=None)
    above = Project.objects.create(name="Shop")
    below = Project.objects.create(name="Delivery", parent=above)
    source = task.source
    assert source
    all_hold(
        task, ("channel", "is", source.label), ("site", "is", source.pk), ("project", "empty"),
        ("project_below", "is_not", above.pk), ("status_set", "is", task.status.set_id), ("origin", "is", "chat"),
        ("comments", "is", 1), ("task_files", "empty"), ("name", "begins", "liza"), ("description", "empty"),
        ("comment_origin", "is", "channel"), ("comment", "is", "nothing", "HELLO"), ("comment", "begins", "hell"),
    )  # fmt: skip
    none_holds(task, ("comment", "is", "hell"), ("name", "is", "Liza"), ("task_files", "filled"))

    note = comments.add(task, by=olga, text="Look", kind="note")
    File.objects.create(task=task, comment=note, name="Invoice 7.pdf", state="stored")
    seen = editing.values_of(Task.objects.get(pk=task.pk))
    editing.change(Task.objects.get(pk=task.pk), seen | {"project": below.pk}, seen=seen, by=olga)
    all_hold(
        task, ("task_files", "contains", "invoice"), ("task_files", "filled"), ("comments", "more", 1),
        ("project", "is", below.pk), ("project_below", "is", above.pk), ("project", "is_not", above.pk),
    )  # fmt: skip
    assert held(made(olga), "origin", "is", "hand") and held(made(olga), "comments", "is", 0)


def test_moments_are_dates_and_hours(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    passes(5)
    comments.add(task, by=olga, text="Good day", kind="reply")
    passes(3)
    today = timezone.localdate()
    eight_hours_ago = timezone.localtime() - timedelta(hours=8)
    all_hold(
        task, ("client_on", "is", eight_hours_ago.date()), ("client_quiet", "between", 7.5, 8.5),
        ("reply_age", "between", 2.5, 3.5), ("comment_age", "less", 4), ("unaccepted_age", "more", 7),
        ("completed_on", "empty"), ("completed_age", "empty"), ("change_age", "filled"),
        ("created_on", "today"), ("created_on", "past", 1), ("created_on", "ahead", 0),
        ("created_on", "less", today + timedelta(days=1)),
        ("created_on", "between", today, today), ("due_on", "empty"),
    )  # fmt: skip
    none_holds(task, ("created_on", "earlier", 1), ("created_on", "later", 0), ("completed_age", "more", 0))

    tasks.set_status(task, status_of("completed"), by=olga)
    all_hold(task, ("completed_on", "today"), ("completed_age", "less", 1), ("unaccepted_age", "empty"))


def test_due_dates_and_how_long_they_are_over(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    due_dates.change(task, timezone.localdate() + timedelta(days=3), seen=None, by=olga)
    all_hold(
        task, ("due_on", "ahead", 3), ("due_on", "later", 2), ("overdue", "empty"), ("due", "is", "ahead"),
        ("due_on", "more_field", "created_on"), ("created_on", "not_as_field", "due_on"),
    )  # fmt: skip
    none_holds(task, ("due_on", "ahead", 2), ("due_on", "past", 5), ("overdue", "more", 0))
    yesterday = timezone.localtime() - timedelta(hours=26)
    seen = due_dates.facts_of(task)
    due_dates.change(task, yesterday.date(), time(yesterday.hour, yesterday.minute), seen=seen, by=olga)
    all_hold(task, ("overdue", "between", 25.9, 26.1), ("due_on", "earlier", 0), ("due", "is", "over"))


def test_own_fields_of_each_kind(liza: Writer, olga: Employee, pavel: Employee) -> None:
    task = liza.says("Hello")
    kinds = ("text", "number", "date", "person", "contact")
    text, number, day, person, contact = (own_field(olga, kind.title(), kind) for kind in kinds)
    more, choice = own_field(olga, "More", "number"), own_field(olga, "Choice", "several", ["red", "blue"])
    all_hold(task, *((f"field-{pk}", "empty") for pk in (text, number, day, person, contact, more, choice)))
    none_holds(task, (f"field-{number}", "less", 5), (f"field-{number}", "as_field", f"field-{more}"))
    assert task.contact
    values = {
        text: "Gold", number: "12.5", more: "13", day: date(2026, 5, 1), person: pavel.pk, contact: task.contact.pk,
        choice: ["blue"],
    }  # fmt: skip
    task_fields.fill(task, values, seen={}, by=olga)
    all_hold(
        task, (f"field-{text}", "is", "gold"), (f"field-{number}", "is", "12,50"), (f"field-{number}", "less", 13),
        (f"field-{number}", "between", 13, 12), (f"field-{number}", "less_field", f"field-{more}"),
        (f"field-{day}", "is", "2026-05-01"), (f"field-{day}", "more", "2026-04-30"),
        (f"field-{person}", "is", f"employee-{pavel.pk}"), (f"field-{contact}", "is", "liza"),
        (f"field-{choice}", "is", "red", "blue"), (f"field-{choice}", "filled"),
    )  # fmt: skip
    none_holds(task, (f"field-{number}", "is_not", "12.5"), (f"field-{choice}", "is_not", "blue"))


def test_the_client_and_his_company(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello", email="liza@example.com")
    client = task.contact
    assert client
    level = contact_fields.save(None, name="Level", kind="choice", choices=["gold"], template=None, by=olga)
    contact_fields.put(client, {level.pk: "gold"})
    Contact.objects.filter(pk=client.pk).update(notes="A regular", properties={"plan": "Business"})
    all_hold(
        task, (f"client-field-{level.pk}", "is", "gold"), (f"company-field-{level.pk}", "empty"),
        ("client_notes", "contains", "regular"), ("client_properties", "is", "plan: business"),
        ("client_template", "is", client.template_id), ("client_email", "is", "LIZA@example.com"),
        ("client_company", "empty"), ("company_phone", "empty"),
    )  # fmt: skip
    none_holds(made(olga), ("client_template", "filled"), ("client_name", "filled"))


def test_the_task_above(liza: Writer, olga: Employee, pavel: Employee) -> None:
    above = liza.says("Hello")
    Task.objects.update(project=None)
    level = own_field(olga, "Level", "number")
    task_fields.fill(above, {level: "3"}, seen={}, by=olga)
    nothing = {"name": "Call", "description": "", "project": None, "contact": None, "template": None}
    part = making.make(nothing, by=olga, parent=above)
    all_hold(
        part, ("parent", "is", "yes"), ("parent-status", "is", status_of("new").pk), ("parent-type", "is", "active"),
        ("parent-project", "empty"), (f"parent-field-{level}", "more", 2), ("parent-name", "contains", "liza"),
        ("parent-assigner", "is", "client"),
    )  # fmt: skip
    all_hold(above, ("parent", "is", "no"), ("parent-assignee", "empty"), ("parent-due_on", "empty"))
    none_holds(above, ("parent-status", "is", status_of("new").pk), (f"parent-field-{level}", "less", 9))


SAMPLES = {"number": "3", "date": "2026-05-01", "text": "word", "contact": "Liza"}


def test_every_question_is_asked_in_each_way_and_answered(liza: Writer, olga: Employee) -> None:
    """Each field with each of its operators, in a chat and in a task that has nothing."""
    chat, bare = liza.says("Hello"), made(olga)
    for kind in ("text", "number", "date", "choice", "several", "person", "contact"):
        own_field(olga, f"A {kind}", kind, ["red"] if kind in ("choice", "several") else None)
        own_field(olga, f"Another {kind}", kind, ["red"] if kind in ("choice", "several") else None)
        contact_fields.save(None, name=kind, kind=kind, choices=["red"], template=None, by=olga)
    count = 0
    for key, field in fields().items():
        assert str(field.name) and str(field.group)
        for code, operator in field.operators.items():
            given = _given(key, field, operator.takes)
            if given is None:
                continue
            assert held(chat, key, code, *given) in (True, False) and held(bare, key, code, *given) in (True, False)
            count += 1
    assert count > 500


def _given(key: str, field: Field, takes: str) -> list[str] | None:
    """None: there is nothing to choose."""
    if takes == operators.NOTHING:
        return []
    if takes == operators.DAYS:
        return ["2"]
    if takes == operators.FIELD:
        others = list(comparable(key, field, fields()))
        return others[:1] or None
    if field.choices is not None:
        offered = [value for value, _name in field.choices()]
        return offered[:1] or None
    return [SAMPLES[field.kind]] * (2 if takes == operators.TWO else 1)


@given(st.one_of(st.none(), st.integers(-5, 5)), st.integers(-5, 5), st.integers(-5, 5))
def test_operators_of_numbers_and_days_agree_with_each_other(found: int | None, one: int, other: int) -> None:
    low, high = sorted([one, other])
    first = date(2026, 5, 10)
    for kind, as_found, write in (
        (NUMBER, found, str),
        (DATE, None if found is None else first + timedelta(days=found), lambda n: str(first + timedelta(days=n))),
    ):
        field = Field("It", kind, lambda _of: None)

        def told(operator: str, *values: int, field: Field = field, found: Any = as_found, write: Any = write) -> bool:
            return compared(field, asks("it", operator, *map(write, values)), found, today=first)

        assert told("is", one) != told("is_not", one)
        assert told("empty") != told("filled") == (found is not None)
        beyond = [told("less", one), told("is", one), told("more", one)]
        assert beyond.count(True) == (found is not None)
        assert told("between", low, high) == (found is not None and low <= found <= high)
    if found is not None:
        day = Field("It", DATE, lambda _of: None)
        at = first + timedelta(days=found)
        ways = [compared(day, asks("it", way, 3), at, today=first) for way in ("earlier", "past", "ahead", "later")]
        assert any(ways) and (ways.count(True) == 1 or found == 0)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (asks("assignee_count", "is", "many"), "Write a number."),
        (asks("assignee_count", "between", "1"), "Write both values."),
        (asks("created_on", "is", "31.02.2026"), "Choose a day."),
        (asks("created_on", "past", "-1"), "Write a number of days, 0 to 3650."),
        (asks("created_on", "less_field", "age"), "Choose the field."),
        (asks("counterparty", "is", "Nobody"), "There is no contact “Nobody”"),
        (asks("parent-status", "is", "99999"), "not there any more"),
        (asks("name", "more", "1"), "Choose how it is compared"),
    ],
)
def test_what_does_not_fit_stands_beside_its_row(browser: Client, row: dict[str, Any], sentence: str) -> None:
    given = {
        "condition-1-field": row["field"], "condition-1-operator": row["operator"], "condition-1-value": row["values"],
    }  # fmt: skip
    page = browser.post("/management/scenarios/new/", form(conditions=1, **given))
    if row["operator"] in OPERATORS[fields()[row["field"]].kind]:
        assert page.status_code == 422 and sentence in words(page)
    else:
        # The form offers the field's own ways; anything else says so.
        with pytest.raises(Refused):
            scenarios.make(
                {"name": "It", "event": "left", "conditions": [row], "operations": [does("complete")]},
                by=Employee.objects.get(),
            )


def test_the_form_asks_what_the_operator_takes(liza: Writer, browser: Client) -> None:
    liza.says("Hello")

    def asked(field: str, operator: str, *values: str, do: str = "show") -> Any:
        given = {"condition-1-field": field, "condition-1-operator": operator, "condition-1-value": list(values)}
        page = browser.post("/management/scenarios/new/", form(conditions=1, **given) | {"do": do})
        [row] = page.context["conditions"]
        return row

    assert asked("created_on", "between").texts == ["", ""] and asked("created_on", "today").texts == []
    assert asked("created_on", "past").typed == "days" and asked("created_on", "is").typed == "date"
    assert asked("created_on", "less_field").is_one
    assert asked("name", "contains", "one", "two").texts == ["one", "two"]
    assert asked("name", "contains", "one", do="more-condition-1").texts == ["one", ""]
    number = Contact.objects.get(name="Liza").number
    browser.post(
        "/management/scenarios/new/",
        form(conditions=1, **{
            "condition-1-field": "counterparty", "condition-1-operator": "is", "condition-1-value": "liza",
        }),
    )  # fmt: skip
    [scenario] = Scenario.objects.all()
    assert scenario.conditions == [asks("counterparty", "is", number)]
    page = browser.get(f"/management/scenarios/{scenario.pk}/")
    assert page.context["conditions"][0].texts == [f"№ {number} Liza"]


def test_a_dry_run_knows_the_moments_of_the_past(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    passes(30)
    Task.objects.filter(pk=task.pk).update(created_at=timezone.now() - timedelta(hours=30))
    due_dates.change(task, timezone.localdate() + timedelta(days=9), seen=None, by=olga)
    passes(2)
    comments.add(task, by=olga, text="Good day", kind="reply")
    liza.leaves()
    passes(3)
    due_dates.change(task, None, seen=due_dates.facts_of(task), by=olga)
    liza.says("And?")
    known = [
        asks("due_on", "filled"), asks("client_quiet", "more", 31), asks("status_age", "between", 31, 33),
        asks("presence", "is", "left"), asks("assigner", "is", "client"), asks("reply_age", "less", 1),
        asks("unaccepted_age", "more", 31), asks("overdue", "empty"), asks("completed_on", "empty"),
        asks("counterparty", "is", task.contact.number if task.contact else 0), asks("auditor", "empty"),
        asks("created_on", "earlier", 0), asks("due_on", "more_field", "created_on"),
    ]  # fmt: skip
    for row in known:
        run = tried(off(olga, "left", does("complete"), conditions=[row]), olga)
        assert (row["field"], run.unknown, run.firings.filter(is_sure=True).count()) == (row["field"], {}, 1)
    # Of cards only what is now is known.
    run = tried(off(olga, "left", does("complete"), conditions=[asks("client_notes", "empty")]), olga)
    assert run.unknown == {"1": 1}
