"""Operations that make tasks, change the client's card, and speak to the world outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import variables
from otklik.desk.actions import contact_fields, contacts, due_dates, making
from otklik.desk.actions.making import Values
from otklik.desk.errors import Refused
from otklik.desk.models import Project, Subtask, Task, TaskMember
from otklik.desk.scenarios import calling, headers, sending
from otklik.desk.scenarios.operations import of_tasks
from otklik.desk.scenarios.operations.parts import Deed, Fault
from otklik.desk.scenarios.operations.values import as_value
from otklik.lib.text import clean

# Between two subtasks for the same person in the same task (§11.5, rule 5).
APART = timedelta(minutes=5)
SAME = "same"
OF_ALL = ("name", "email", "phone", "notes")


def make_subtask(deed: Deed) -> None:
    chosen = _assignees(deed)
    who = [code for code in chosen if not _was_given_lately(deed.task, code)]
    if chosen and not who:
        raise Refused("assignee", _("There is a subtask for this assignee that is not five minutes old."))
    values = _task(deed) | {"assignee": who, "project": _project(deed, SAME)}
    _set_due(deed, making.make(values, by=deed.by, parent=deed.task))


def make_task(deed: Deed) -> None:
    """Beside this one; with its client, if that is wanted."""
    contact = deed.task.contact_id if deed.values.get("client") else None
    values = _task(deed) | {"assignee": _assignees(deed), "project": _project(deed, ""), "contact": contact}
    _set_due(deed, making.make(values, by=deed.by))


def _task(deed: Deed) -> Values:
    template = deed.values.get("template")
    texts = {"name": deed.filled("value"), "description": deed.filled("description")}
    return texts | {"contact": None, "template": int(template) if template else None}


def _assignees(deed: Deed) -> list[str]:
    return deed.values.get("assignee", "").split()


def _project(deed: Deed, unsaid: str) -> int | None:
    code = deed.values.get("project") or unsaid
    return deed.task.project_id if code == SAME else int(code) if code else None


def projects() -> list[tuple[str, str]]:
    rows = [(str(project.pk), project.path) for project in Project.objects.select_related("parent__parent")]
    return [(SAME, _("As in this task")), *sorted(rows, key=lambda row: row[1].lower())]


def units() -> list[tuple[str, str]]:
    return [("days", _("days")), ("hours", _("hours"))]


def _set_due(deed: Deed, task: Task) -> None:
    """So many days from today, or hours from now."""
    number = deed.values.get("due", "")
    if not number:
        return
    if deed.values.get("unit") == "hours":
        local = timezone.localtime() + timedelta(hours=int(number))
        day, at = local.date(), local.time().replace(second=0, microsecond=0)
    else:
        day, at = timezone.localdate() + timedelta(days=int(number)), None
    due_dates.change(task, day, at, seen=due_dates.facts_of(task), by=deed.by)


def task_fault(values: Mapping[str, str]) -> Fault | None:
    return of_tasks.number_fault("due", values["due"]) if values["due"] else None


def _was_given_lately(task: Task, who: str) -> bool:
    kind, _dash, pk = who.partition("-")
    parts = Subtask.objects.filter(parent=task, task__created_at__gt=timezone.now() - APART).values("task")
    held = TaskMember.objects.filter(task__in=parts, role__key="assignee")
    return held.filter(**{f"{kind}_id": int(pk)}).exists() if kind in ("employee", "group") and pk.isdigit() else False


def change_contact(deed: Deed) -> None:
    """The client's card: what all cards have, or an own field."""
    contact = deed.task.contact
    if contact is None:
        raise Refused("field", _("This task has no client."))
    contact = contact.merged_into or contact
    name, text = deed.values["field"], deed.filled("value")
    if name in OF_ALL:
        contacts.update(contact, by=deed.by, fields={name: text})
        return
    pk = int(name.removeprefix("field-"))
    field = contact_fields.of_template(contact.template_id).filter(pk=pk).first()
    if field is None:
        raise Refused("field", _("This contact has no such field."))
    seen = contact_fields.values_of(contact)
    contacts.update(contact, by=deed.by, fields={}, values={pk: as_value(field, text)}, seen=seen)


def contact_parts() -> list[tuple[str, str]]:
    """(key, name) of what may be changed in a card."""
    own = [(f"field-{field.pk}", field.name) for field in contact_fields.offered()]
    return [("name", _("Name")), ("email", _("E-mail")), ("phone", _("Phone")), ("notes", _("Notes")), *own]


def request(deed: Deed) -> None:
    """Stands in the queue of its target; a run is over when its rows are there (§11.5, rule 9)."""
    given = headers.read(deed.values.get("headers", ""))
    sending.enqueue_request(
        deed.run, method=deed.values["method"], address=deed.filled("value").replace(" ", "%20"), body=_body(deed),
        headers=[(name, " ".join(clean(variables.filled(value, deed.scene)).split())) for name, value in given],
        secrets=headers.read(deed.values.get("secrets", "")), is_tried_again=deed.values.get("again") != "no",
    )  # fmt: skip


def _body(deed: Deed) -> str:
    text = deed.values.get("body", "")
    return calling.filled_json(text, deed.scene) if calling.is_json(text) else deed.filled("body")


def letter(deed: Deed) -> None:
    letter = {"to": deed.filled("value"), "subject": deed.filled("subject"), "body": deed.filled("body")}
    sending.enqueue_letter(deed.run, **letter)


def request_fault(values: Mapping[str, str]) -> Fault | None:
    found = {
        "value": calling.target_fault(values["value"]),
        "headers": headers.fault(values["headers"]),
        "secrets": headers.fault(values["secrets"]),
        "body": calling.body_fault(values["body"]),
    }
    return next((Fault(part, sentence) for part, sentence in found.items() if sentence), None)


def letter_fault(values: Mapping[str, str]) -> Fault | None:
    sentence = sending.recipient_fault(values["value"])
    return Fault("value", sentence) if sentence else None
