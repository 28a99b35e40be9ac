"""What is asked of the task itself (§11.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.desk import additional_data, own_fields
from otklik.desk.actions import task_fields
from otklik.desk.actions.people import choices as people
from otklik.desk.models import (
    ChecklistItem,
    Comment,
    Due,
    Event,
    Project,
    Source,
    Status,
    Subtask,
    TaskField,
    TaskTemplate,
    TaskValue,
)  # fmt: skip
from otklik.desk.scenarios.conditions.asking import CHOICE, NUMBER, TEXT, Field, Looked, offered


def statuses() -> list[tuple[str, str]]:
    rows = list(Status.objects.select_related("set").exclude(key="draft").order_by("set", "place"))
    several = len({row.set_id for row in rows}) > 1
    return [(str(row.pk), f"{row.name} ({row.set})" if several else row.name) for row in rows]


def _everybody() -> list[tuple[str, str]]:
    return people([])


def _named(model: Any) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(str(row.pk), str(row)) for row in model.objects.order_by("pk")]


def _members(role: str) -> Callable[[Looked], set[str]]:
    def found(looked: Looked) -> set[str]:
        members = looked.task.members.filter(role__key=role, contact=None)
        direct = {f"employee-{pk}" for pk in members.exclude(employee=None).values_list("employee", flat=True)}
        groups = members.exclude(group=None)
        # A group counts with each of its members.
        direct |= {f"employee-{pk}" for pk in groups.values_list("group__members", flat=True) if pk}
        return direct | {f"group-{pk}" for pk in groups.values_list("group", flat=True)}

    return found


def _assignee_count(looked: Looked) -> set[str]:
    count = looked.task.members.filter(role__key="assignee").count()
    return {"nobody" if not count else "one" if count == 1 else "several"}


def _assigner(looked: Looked) -> set[str]:
    return {"client" if looked.task.members.filter(role__key="assigner", employee=None).exists() else "employee"}


def _last_from(looked: Looked) -> set[str]:
    spoken = looked.task.comments.filter(Q(kind="client") | Q(kind="reply"), withdrawn_at=None).order_by("-number")
    last = spoken.select_related("employee").first()
    if last is None:
        return {"nobody"}
    if last.kind == Comment.Kind.CLIENT:
        return {"client"}
    return {"robot"} if last.employee and last.employee.role == "robot" else {"employee"}


def _due(looked: Looked) -> set[str]:
    due = Due.objects.filter(task=looked.task).first()
    return {"without" if due is None else "over" if due.is_over(timezone.now()) else "ahead"}


def _subtasks(looked: Looked) -> set[str]:
    parts = list(Subtask.objects.filter(parent=looked.task, task__trashed_at=None).select_related("task__status"))
    return {"without" if not parts else "open" if any(one.task.status.is_active for one in parts) else "done"}


def _checklist(looked: Looked) -> set[str]:
    items = ChecklistItem.objects.filter(task=looked.task)
    return {"without" if not items else "open" if items.filter(done_at=None).exists() else "done"}


def hours_since(at: datetime | None) -> float | None:
    return (timezone.now() - at).total_seconds() / 3600 if at else None


def _hours_since_last(*kinds: str) -> Callable[[Looked], float | None]:
    def found(looked: Looked) -> float | None:
        events = Event.objects.filter(task=looked.task, kind__in=kinds).order_by("-number")
        return hours_since(events.values_list("at", flat=True).first())

    return found


FIELDS: dict[str, Field] = {
    "status": Field(_("Status"), CHOICE, lambda of: {str(of.task.status_id)}, statuses),
    "type": Field(
        _("Type of the status"), CHOICE, lambda of: {"active" if of.task.is_active else "inactive"},
        offered(active=_("Active"), inactive=_("Inactive")),
    ),
    "assignee": Field(_("Assignees"), CHOICE, _members("assignee"), _everybody),
    "assignees": Field(
        _("Number of assignees"), CHOICE, _assignee_count,
        offered(nobody=_("none"), one=_("one"), several=_("several")),
    ),
    "participant": Field(_("Participants"), CHOICE, _members("participant"), _everybody),
    "assigner": Field(
        _("Assigner"), CHOICE, _assigner, offered(client=_("a client"), employee=_("an employee")),
    ),
    "last": Field(
        _("Last message from"), CHOICE, _last_from,
        offered(client=_("the client"), employee=_("an employee"), robot=_("a robot"), nobody=_("nobody yet")),
    ),
    "site": Field(_("Site"), CHOICE, lambda of: {str(of.task.source_id)}, _named(Source)),
    "project": Field(_("Project"), CHOICE, lambda of: {str(of.task.project_id)}, _named(Project)),
    "template": Field(_("Template"), CHOICE, lambda of: {str(of.task.template_id)}, _named(TaskTemplate)),
    "origin": Field(
        _("Where the task comes from"), CHOICE, lambda of: {"chat" if of.task.source_id else "hand"},
        offered(chat=_("a conversation"), hand=_("made at the desk")),
    ),
    "name": Field(_("Name of the task"), TEXT, lambda of: of.task.name),
    "description": Field(_("Description"), TEXT, lambda of: of.task.description),
    "data": Field(
        _("Additional description data"), TEXT, lambda of: additional_data.as_text(of.task.additional_data)
    ),
    "due": Field(
        _("Due date"), CHOICE, _due,
        offered(without=_("there is none"), ahead=_("is still to come"), over=_("has passed")),
    ),
    "subtasks": Field(
        _("Subtasks"), CHOICE, _subtasks,
        offered(without=_("there are none"), open=_("some are active"), done=_("none is active any more")),
    ),
    "checklist": Field(
        _("Checklist"), CHOICE, _checklist,
        offered(without=_("there is none"), open=_("not all is done"), done=_("all is done")),
    ),
    "age": Field(_("Hours since the task was made"), NUMBER, lambda of: hours_since(of.task.created_at)),
    "client_quiet": Field(
        _("Hours since the client wrote"), NUMBER, _hours_since_last("task_created", "client_wrote")
    ),
    "status_age": Field(
        _("Hours since the status changed"), NUMBER, _hours_since_last("task_created", "status_changed")
    ),
}  # fmt: skip


def own() -> dict[str, Field]:
    """The account's own fields, by `field-<id>`."""
    return {own_fields.key(field): _of_own(field) for field in TaskField.objects.filter(archived_at=None)}


def _of_own(field: TaskField) -> Field:
    if field.kind in own_fields.WITH_CHOICES:
        names = [(str(choice), str(choice)) for choice in field.choices]
        return Field(field.name, CHOICE, lambda of: _chosen(of, field), lambda: names)
    return Field(field.name, TEXT, lambda of: own_fields.shown(field, task_fields.values_of(of.task).get(field.pk)))


def _chosen(looked: Looked, field: TaskField) -> set[str]:
    value = TaskValue.objects.filter(task=looked.task, field=field).values_list("value", flat=True).first()
    return set(value) if isinstance(value, list) else {str(value)} if value is not None else set()
