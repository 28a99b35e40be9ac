"""Own fields of tasks (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from otklik.desk.actions import making, task_fields
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Contact, Employee, Task, TaskField, TaskTemplate, TaskValue
from otklik.desk.tests.screens.stage import Writer, part, signed_in, words

pytestmark = pytest.mark.django_db
ADMIN = "/management/task-fields/"


def add(by: Employee, name: str, kind: str, choices: str = "", **more: Any) -> TaskField:
    answer = signed_in(by).post(ADMIN, {"name": name, "kind": kind, "choices": choices, **more})
    assert answer.status_code == 302, words(answer)
    return TaskField.objects.get(name=name)


def make(by: Employee, **people: list[Employee]) -> Task:
    chosen = {role: [f"employee-{one.pk}" for one in who] for role, who in people.items()}
    return making.make({"name": "Order boxes", "description": "", **chosen}, by=by)


def test_fields_of_every_kind_are_filled_in_shown_and_told(olga: Employee, pavel: Employee, liza: Writer) -> None:
    liza.says("Hello")
    kinds = {"Order": "text", "Sum": "number", "Delivery": "date", "Carrier": "choice", "Goods": "several"}
    fields = {name: add(olga, name, kind, "Post\nTrain\nPost") for name, kind in kinds.items()}
    fields |= {"Driver": add(olga, "Driver", "person"), "Receiver": add(olga, "Receiver", "contact")}
    assert fields["Carrier"].choices == ["Post", "Train"]
    task = make(olga, assignee=[pavel])
    given = {
        "Order": "A-17 <b>", "Sum": "1200.50", "Delivery": "2026-12-01", "Carrier": "Train",
        "Goods": ["Train", "Post"], "Driver": str(pavel.pk), "Receiver": "Liza",
    }  # fmt: skip

    posted = {f"field-{fields[name].pk}": value for name, value in given.items()}
    answer = signed_in(pavel).post(f"/tasks/{task.number}/fields/", {**posted, "seen": "{}"})

    assert answer.status_code == 302, words(answer)
    page = signed_in(pavel).get(f"/tasks/{task.number}/")
    side = unescape(part(page, "task-side"))
    for value in ("1200.5", "01.12.2026", "Post, Train", "Pavel", "Liza"):
        assert value in side
    assert "A-17 &lt;b&gt;" in part(page, "task-side")
    assert "Order: empty → “A-17 <b>”" in words(page)
    again = signed_in(pavel).get(f"/tasks/{task.number}/fields/").content.decode()
    assert 'value="Liza"' in again and 'value="2026-12-01"' in again
    emptied = signed_in(pavel).post(f"/tasks/{task.number}/fields/", {"seen": _seen(again)})
    assert emptied.status_code == 302 and not TaskValue.objects.exists()


@pytest.mark.parametrize(("kind", "value"), [
    ("number", "twelve"), ("number", "NaN"), ("number", "1e400"), ("date", "soon"), ("choice", "Plane"),
    ("several", ["Post", "Plane"]), ("person", "77777"), ("person", "x"), ("contact", "nobody"), ("text", "a" * 1001),
])  # fmt: skip
def test_what_does_not_fit_is_said_beside_the_field(olga: Employee, kind: str, value: Any) -> None:
    field, task = add(olga, "Field", kind, "Post\nTrain"), make(olga)

    answer = signed_in(olga).post(f"/tasks/{task.number}/fields/", {f"field-{field.pk}": value, "seen": "{}"})

    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not TaskValue.objects.exists()
    if kind != "contact":
        with pytest.raises(Refused):
            task_fields.fill(task, {field.pk: value}, seen={}, by=olga)


def test_a_field_of_a_template_is_offered_in_its_tasks_only(olga: Employee) -> None:
    standard = TaskTemplate.objects.get(key="standard")
    own = TaskTemplate.objects.create(number=9000, own_name="Repairs", status_set=standard.status_set)
    field = add(olga, "Device", "text", template=str(own.pk))
    task = make(olga)

    assert "Own fields" not in words(signed_in(olga).get(f"/tasks/{task.number}/"))
    task_fields.fill(task, {field.pk: "Lamp"}, seen={}, by=olga)
    assert not TaskValue.objects.exists()
    repair = making.make({"name": "Lamp", "description": "", "template": own.pk}, by=olga)
    assert "Own fields" in words(signed_in(olga).get(f"/tasks/{repair.number}/"))


def test_an_archived_field_is_away_and_comes_back_with_its_values(olga: Employee) -> None:
    field, task = add(olga, "Order", "text"), make(olga)
    task_fields.fill(task, {field.pk: "A-17"}, seen={}, by=olga)
    browser = signed_in(olga)

    browser.post(f"{ADMIN}{field.pk}/", {"archive": "1"})
    assert "A-17" not in part(browser.get(f"/tasks/{task.number}/"), "task-side")
    assert "in the archive" in words(browser.get(ADMIN))
    browser.post(f"{ADMIN}{field.pk}/", {"restore": "1"})
    assert "A-17" in part(browser.get(f"/tasks/{task.number}/"), "task-side")
    renamed = browser.post(f"{ADMIN}{field.pk}/", {"name": "Number of the order"})
    assert renamed.status_code == 302 and "Number of the order" in words(browser.get(f"/tasks/{task.number}/"))


def test_only_administrators_make_fields_and_their_names_differ(olga: Employee, pavel: Employee) -> None:
    add(olga, "Order", "text")

    assert signed_in(pavel).get(ADMIN).status_code == 404
    with pytest.raises(NotAllowed):
        task_fields.save(None, name="Mine", kind="text", choices=[], template=None, by=pavel)
    for wrong in ({"name": "order", "kind": "text"}, {"name": "", "kind": "text"}, {"name": "x", "kind": "y"},
                  {"name": "x", "kind": "choice", "choices": " \n"}):  # fmt: skip
        answer = signed_in(olga).post(ADMIN, wrong)
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert TaskField.objects.count() == 1


def test_7_a_participant_fills_in_nothing(olga: Employee, boris: Employee) -> None:
    field, task = add(olga, "Order", "text"), make(olga, participant=[boris])

    with pytest.raises(NotAllowed):
        task_fields.fill(task, {field.pk: "A-17"}, seen={}, by=boris)
    assert "Own fields" not in words(signed_in(boris).get(f"/tasks/{task.number}/"))


def test_the_later_of_two_sees_what_the_first_wrote(olga: Employee, pavel: Employee) -> None:
    field, task = add(olga, "Order", "text"), make(olga, assignee=[pavel])
    browser = signed_in(pavel)
    seen = _seen(browser.get(f"/tasks/{task.number}/fields/").content.decode())
    task_fields.fill(task, {field.pk: "A-17"}, seen={}, by=olga)

    answer = browser.post(f"/tasks/{task.number}/fields/", {f"field-{field.pk}": "B-2", "seen": seen})

    assert answer.status_code == 422
    assert "A-17" in words(answer) and 'value="B-2"' in answer.content.decode()
    with pytest.raises(Outdated):
        task_fields.fill(task, {field.pk: "B-2"}, seen={}, by=pavel)
    assert TaskValue.objects.get().value == "A-17"
    assert Contact.objects.count() == 0


def _seen(page: str) -> str:
    return unescape(page.partition('name="seen" value="')[2].partition('"')[0])
