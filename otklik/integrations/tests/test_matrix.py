"""Every address of the desk × every role × looking and doing: exactly what `doors.txt` says (§7).

A line of the table: the address's name, GET or POST, then what each of the roles gets: a stranger, an employee
outside the task, a participant, an assignee, an administrator, the account owner, a technical administrator. `login`:
he is asked to sign in. A POST brings nothing with it, so that 302, 400 and 422 are open doors, and 403 and 404 closed
ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from otklik.conftest import make_employee
from otklik.desk.actions import comments, contact_imports, members
from otklik.desk.models import (
    ChecklistItem,
    ContactField,
    ContactTemplate,
    DelayedComment,
    Employee,
    EmployeeInvitation,
    Group,
    MassAction,
    QuickReply,
    Reminder,
    SavedView,
    Scenario,
    ScenarioRun,
    Task,
    TaskField,
    TaskTemplate,
)  # fmt: skip
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in
from otklik.integrations.models import Connection

__all__ = ["liza", "shop_chat"]

TABLE = Path(__file__).with_name("doors.txt")
ROLES = ("stranger", "outside", "participant", "assignee", "administrator", "owner", "technician")


@pytest.fixture
def people(
    liza: Writer, olga: Employee, pavel: Employee, boris: Employee, support: Group, shop: Connection
) -> dict[str, Any]:
    clara = make_employee("Clara")
    dina = make_employee("Dina", Employee.AccountRole.ADMINISTRATOR)
    eva = make_employee("Eva", Employee.AccountRole.TECHNICIAN)
    task = liza.says("Hello")
    members.change(task, "participant", [f"employee-{clara.pk}"], seen=[], by=olga)
    comments.add(task, by=pavel, text="Good day", kind="reply")
    comments.add(task, by=pavel, text="She is nice", kind="note")
    roles = dict(zip(ROLES, (None, boris, clara, pavel, dina, olga, eva), strict=True))
    task = Task.objects.get(pk=task.pk)
    return {"task": task, "roles": roles, "pavel": pavel, "olga": olga, "group": support, "shop": shop}


def things(people: dict[str, Any]) -> dict[str, Any]:
    """What stands for the parameters of an address: by its name, else by the parameter."""
    task, pavel, olga = people["task"], people["pavel"], people["olga"]
    later = timezone.now() + timedelta(days=1)
    scenario = Scenario.objects.create(name="It", event="left", operations=[{"kind": "complete", "value": ""}])
    run = ScenarioRun.objects.create(scenario=scenario, task=task, event=1, state="waiting", due_at=later)
    template = TaskTemplate.objects.get(key="standard")
    delayed = DelayedComment.objects.create(task=task, employee=pavel, kind="note", text="Later", at=later, key="k")
    view = SavedView.objects.create(owner=pavel, name="Mine")
    invitation = EmployeeInvitation.objects.create(digest=b"x" * 32, name="Eva", created_by=olga, expires_at=later)
    mass = MassAction.objects.create(by=pavel, operation="complete", done_at=timezone.now())
    order = contact_imports.take(b"Name,E-mail\nEva,eva@example.com\n", "people.csv", by=olga)
    reply = QuickReply.objects.create(question="Hello", text="Good day")
    connection = people["shop"]
    note = task.comments.get(kind="note").number
    own = {
        "reminder_cancellation": Reminder.objects.create(task=task, employee=pavel, at=later).pk,
        "checklist_item": ChecklistItem.objects.create(task=task, text="One", place=1).pk,
        **dict.fromkeys(("delayed_change", "delayed_writing", "delayed_removal"), delayed.pk),
        **dict.fromkeys(("saved_view", "saved_view_first", "saved_view_place", "saved_view_removal"), view.pk),
        **dict.fromkeys(("mass_progress", "mass_undoing"), mass.pk),
        "scenario_cancelling": run.pk,
        "comment": task.comments.get(kind="note").pk,
        "invitation_removal": invitation.pk,
        "management_task_field": TaskField.objects.create(name="Sum", kind="number").pk,
        "management_contact_field": ContactField.objects.create(name="Level", kind="text").pk,
    }
    by_start = {
        "employee": pavel.pk, "account": pavel.pk, "group": people["group"].pk, "scenario": scenario.pk,
        "status": task.status.set_id, "own_status": task.status.set_id, "system_status": task.status.set_id,
        "transitions": task.status.set_id, "contact_import": order.pk, "quick_reply": reply.pk,
        "contact_template": ContactTemplate.objects.get(key="contact").pk, "connection": connection.pk,
    }  # fmt: skip
    numbers = {"contact": task.contact.number, "device": task.contact.number, "task_template": template.number}
    return {"own": own, "by_start": by_start, "numbers": numbers, "task": task, "note": note}


def parameters(name: str, wanted: list[str], of: dict[str, Any]) -> dict[str, Any]:
    task = of["task"]
    pk = of["own"].get(name) or next((pk for start, pk in of["by_start"].items() if name.startswith(start)), 0)
    number = next((number for start, number in of["numbers"].items() if name.startswith(start)), task.number)
    known = {
        "pk": pk, "number": number, "comment": of["note"], "role": "assignee", "status": task.status_id,
        "key": "x", "token": "x", "absence": 0,
        "receipt": 0, "gap": 0, "kind": "csv" if name == "contact_export" else "chatra",
    }  # fmt: skip
    return {one: known.get(one, "x") for one in wanted}


def addresses(of: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, address) of each."""
    patterns = [*get_resolver("otklik.desk.urls").url_patterns, *get_resolver("otklik.integrations.urls").url_patterns]
    for pattern in patterns:
        assert isinstance(pattern, URLPattern) and pattern.name
        wanted = list(pattern.pattern.converters)
        # Two addresses of one view say in the pattern itself what they are of.
        given = parameters(pattern.name, wanted, of) | pattern.default_args
        yield pattern.name, reverse(pattern.name, kwargs={name: given[name] for name in wanted})


def outcome(browser: Client, method: str, address: str) -> str:
    with transaction.atomic():
        answer = browser.generic(method, address)
        if hasattr(answer, "streaming_content"):
            list(answer.streaming_content)
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"):
        return "login"
    return str(answer.status_code)


def test_7_every_address_is_open_to_exactly_those_whom_the_table_names(people: dict[str, Any]) -> None:
    of = things(people)
    browsers = [signed_in(who) if who else Client() for who in people["roles"].values()]
    found = {}
    for name, address in addresses(of):
        for method in ("GET", "POST"):
            found[f"{name} {method}"] = " ".join(outcome(browser, method, address) for browser in browsers)

    lines = (line.split(maxsplit=2) for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    wanted = {f"{name} {method}": " ".join(rest.split()) for name, method, rest in lines}
    wrong = [f"{key} {found.get(key)}" for key in sorted({*found, *wanted}) if found.get(key) != wanted.get(key)]
    assert wrong == [], "\n".join(["These lines differ:", *wrong])
