"""What is asked of the task itself (§11.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk import additional_data, own_fields
from otklik.desk.models import (
    ChecklistItem,
    Comment,
    Event,
    File,
    Project,
    Source,
    Status,
    StatusSet,
    Subtask,
    TaskField,
    TaskTemplate,
    TaskValue,
)  # fmt: skip
from otklik.desk.scenarios.conditions import of_own_fields
from otklik.desk.scenarios.conditions.asking import CHOICE, MAYBE, NUMBER, TEXT, Field, Looked, offered

SPOKEN = (Comment.Kind.CLIENT, Comment.Kind.REPLY, Comment.Kind.NOTE)


def statuses() -> list[tuple[str, str]]:
    rows = list(Status.objects.select_related("set").exclude(key="draft").order_by("set", "place"))
    several = len({row.set_id for row in rows}) > 1
    return [(str(row.pk), f"{row.name} ({row.set})" if several else row.name) for row in rows]


def _named(model: Any) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(str(row.pk), str(row)) for row in model.objects.order_by("pk")]


def _projects() -> list[tuple[str, str]]:
    return [(str(row.pk), row.path) for row in Project.objects.select_related("parent").order_by("pk")]


def _channels() -> list[tuple[str, str]]:
    labels = Source.objects.order_by("label").values_list("label", flat=True).distinct()
    return [(label, label) for label in labels]


def _last_from(looked: Looked) -> set[str]:
    spoken = looked.task.comments.filter(Q(kind="client") | Q(kind="reply"), withdrawn_at=None).order_by("-number")
    last = spoken.select_related("employee").first()
    if last is None:
        return {"nobody"}
    if last.kind == Comment.Kind.CLIENT:
        return {"client"}
    return {"robot"} if last.employee and last.employee.role == "robot" else {"employee"}


def _subtasks(looked: Looked) -> set[str]:
    parts = list(Subtask.objects.filter(parent=looked.task, task__trashed_at=None).select_related("task__status"))
    return {"without" if not parts else "open" if any(one.task.status.is_active for one in parts) else "done"}


def _checklist(looked: Looked) -> set[str]:
    items = ChecklistItem.objects.filter(task=looked.task)
    return {"without" if not items else "open" if items.filter(done_at=None).exists() else "done"}


def _comments(looked: Looked) -> int:
    return looked.task.comments.filter(kind__in=SPOKEN, withdrawn_at=None).count()


def _files(looked: Looked) -> list[str]:
    return list(File.objects.filter(task=looked.task, comment__withdrawn_at=None).values_list("name", flat=True))


def project_and_above(pk: int | None) -> set[str]:
    found: set[str] = set()
    while pk and str(pk) not in found:
        found.add(str(pk))
        pk = Project.objects.filter(pk=pk).values_list("parent", flat=True).first()
    return found


def origin(looked: Looked) -> set[str]:
    """By whom it was added: a conversation, a scenario, or a person."""
    if looked.task.source_id:
        return {"chat"}
    made = Event.objects.filter(task=looked.task, kind="task_created").order_by("number").first()
    return {"scenario" if made and made.cause_id else "hand"}


def _one(pk: int | None) -> set[str]:
    return {str(pk)} if pk else set()


FIELDS: dict[str, Field] = {
    "status": Field(_("Status"), CHOICE, lambda of: {str(of.task.status_id)}, statuses),
    "type": Field(
        _("Type of the status"), CHOICE, lambda of: {"active" if of.task.is_active else "inactive"},
        offered(active=_("Active"), inactive=_("Inactive")),
    ),
    "status_set": Field(_("Set of statuses"), CHOICE, lambda of: _one(of.task.status.set_id), _named(StatusSet)),
    "last": Field(
        _("Last message from"), CHOICE, _last_from,
        offered(
            client=pgettext_lazy("message from", "the client"),
            employee=pgettext_lazy("message from", "an employee"),
            robot=pgettext_lazy("message from", "a robot"),
            nobody=_("nobody yet"),
        ),
    ),
    "channel": Field(
        _("Channel"), MAYBE, lambda of: {of.task.source.label} if of.task.source else set(), _channels
    ),
    "site": Field(_("Site"), MAYBE, lambda of: _one(of.task.source_id), _named(Source)),
    "project": Field(_("Project"), MAYBE, lambda of: _one(of.task.project_id), _projects),
    "project_below": Field(
        _("Project with those below it"), MAYBE, lambda of: project_and_above(of.task.project_id), _projects
    ),
    "template": Field(_("Template"), MAYBE, lambda of: _one(of.task.template_id), _named(TaskTemplate)),
    "origin": Field(
        _("Where the task comes from"), CHOICE, origin,
        offered(chat=_("a conversation"), hand=_("made at the desk"), scenario=_("a scenario")),
    ),
    "name": Field(_("Name of the task"), TEXT, lambda of: of.task.name),
    "description": Field(_("Description"), TEXT, lambda of: of.task.description),
    "data": Field(
        _("Additional description data"), TEXT, lambda of: additional_data.as_text(of.task.additional_data)
    ),
    "comments": Field(_("Number of comments"), NUMBER, _comments),
    "task_files": Field(_("Names of the task's files"), TEXT, _files),
    "subtasks": Field(
        _("Subtasks"), CHOICE, _subtasks,
        offered(without=_("there are none"), open=_("some are active"), done=_("none is active any more")),
    ),
    "checklist": Field(
        _("Checklist"), CHOICE, _checklist,
        offered(without=_("there is none"), open=_("not all is done"), done=_("all is done")),
    ),
}  # fmt: skip


def own() -> dict[str, Field]:
    """The account's own fields, by `field-<id>`."""
    return {own_fields.key(field): of_own(field) for field in TaskField.objects.filter(archived_at=None)}


def of_own(field: TaskField) -> Field:
    def value(looked: Looked) -> Any:
        return TaskValue.objects.filter(task=looked.task, field=field).values_list("value", flat=True).first()

    return of_own_fields.asked(field, value)
