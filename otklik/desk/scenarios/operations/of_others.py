"""Operations that make tasks, change the client's card, and speak to the world outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions import contact_fields, contacts, making
from otklik.desk.actions.making import Values
from otklik.desk.errors import Refused
from otklik.desk.models import Subtask, Task, TaskMember
from otklik.desk.scenarios import calling, sending
from otklik.desk.scenarios.operations.parts import Deed
from otklik.desk.scenarios.operations.values import as_value

# Between two subtasks for the same person in the same task (§11.5, rule 5).
APART = timedelta(minutes=5)
OF_ALL = ("name", "email", "phone", "notes")


def make_subtask(deed: Deed) -> None:
    who = deed.values.get("assignee", "")
    if who and _was_given_lately(deed.task, who):
        raise Refused("assignee", _("There is a subtask for this assignee that is not five minutes old."))
    making.make(_task(deed, who) | {"project": deed.task.project_id}, by=deed.by, parent=deed.task)


def make_task(deed: Deed) -> None:
    """Beside this one; with its client, if that is wanted."""
    values = _task(deed, deed.values.get("assignee", ""))
    template, contact = deed.values.get("template"), deed.task.contact_id if deed.values.get("client") else None
    making.make(values | {"template": int(template) if template else None, "contact": contact}, by=deed.by)


def _task(deed: Deed, who: str) -> Values:
    texts = {"name": deed.filled("value"), "description": deed.filled("description")}
    return texts | {"project": None, "contact": None, "template": None, "assignee": [who] if who else []}


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
    sending.enqueue_request(deed.run, method=deed.values["method"], address=deed.filled("value"), body=_body(deed))


def _body(deed: Deed) -> str:
    text = deed.values.get("body", "")
    return calling.filled_json(text, deed.scene) if calling.is_json(text) else deed.filled("body")


def letter(deed: Deed) -> None:
    letter = {"to": deed.filled("value"), "subject": deed.filled("subject"), "body": deed.filled("body")}
    sending.enqueue_letter(deed.run, **letter)


def request_fault(values: Mapping[str, str]) -> str | None:
    return calling.address_fault(values["value"]) or calling.body_fault(values["body"])


def letter_fault(values: Mapping[str, str]) -> str | None:
    return sending.recipient_fault(values["value"])
