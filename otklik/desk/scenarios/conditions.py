"""What a scenario asks of a task (contracts/planfix-behaviour.md §11.2). Several values of a row are any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk import additional_data
from otklik.desk.actions.people import choices as people
from otklik.desk.models import Comment, Event, Project, Source, Status, Task, TaskTemplate

MOST_TEXT = 200
OPERATORS = {"is": "=", "is_not": "≠", "contains": _("contains"), "contains_not": _("does not contain")}
CHOICE, TEXT = ("is", "is_not"), ("contains", "contains_not")


@dataclass(frozen=True)
class Looked:
    """A task as it is now, and the event that makes a scenario look at it."""

    task: Task
    event: Event

    @property
    def comment(self) -> Comment | None:
        return self.event.comment


@dataclass(frozen=True)
class Field:
    name: str | Promise
    operators: tuple[str, ...]
    # Which of the values hold for what is looked at; for texts the text itself.
    found: Callable[[Looked], Any]
    # (value, name) to choose from; None: free text.
    choices: Callable[[], list[tuple[str, str]]] | None = None


def holds(row: dict[str, Any], looked: Looked) -> bool:
    """Whether one row holds. A field that is unknown does not."""
    field = FIELDS.get(row.get("field", ""))
    if field is None:
        return False
    return compared(row, field.found(looked))


def compared(row: dict[str, Any], found: Any) -> bool:
    """Whether a row of a known field holds for what was found in it."""
    values: Sequence[str] = row.get("values", [])
    if FIELDS[row["field"]].choices is None:
        text = str(found).casefold()
        has = any(value.casefold() in text for value in values)
    else:
        has = bool(set(values) & found)
    return has == (row.get("operator") in ("is", "contains"))


def _statuses() -> list[tuple[str, str]]:
    rows = list(Status.objects.select_related("set").exclude(key="draft").order_by("set", "place"))
    several = len({row.set_id for row in rows}) > 1
    return [(str(row.pk), f"{row.name} ({row.set})" if several else row.name) for row in rows]


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


def _last_from(looked: Looked) -> set[str]:
    spoken = looked.task.comments.filter(Q(kind="client") | Q(kind="reply"), withdrawn_at=None).order_by("-number")
    last = spoken.select_related("employee").first()
    if last is None:
        return {"nobody"}
    if last.kind == Comment.Kind.CLIENT:
        return {"client"}
    return {"robot"} if last.employee and last.employee.role == "robot" else {"employee"}


def _comment_kind(looked: Looked) -> set[str]:
    return {str(looked.comment.kind)} if looked.comment else set()


FIELDS: dict[str, Field] = {
    "status": Field(_("Status"), CHOICE, lambda of: {str(of.task.status_id)}, _statuses),
    "type": Field(
        _("Type of the status"), CHOICE, lambda of: {"active" if of.task.is_active else "inactive"},
        lambda: [("active", str(_("Active"))), ("inactive", str(_("Inactive")))],
    ),
    "assignee": Field(_("Assignees"), CHOICE, _members("assignee"), lambda: people([])),
    "participant": Field(_("Participants"), CHOICE, _members("participant"), lambda: people([])),
    "last": Field(
        _("Last message from"), CHOICE, _last_from,
        lambda: [("client", str(_("the client"))), ("employee", str(_("an employee"))), ("robot", str(_("a robot"))),
                 ("nobody", str(_("nobody yet")))],
    ),
    "comment_kind": Field(
        _("Kind of the comment"), CHOICE, _comment_kind,
        lambda: [("client", str(_("from the client"))), ("reply", str(_("reply to the client"))),
                 ("note", str(_("internal note")))],
    ),
    "comment": Field(_("Text of the comment"), TEXT, lambda of: of.comment.text if of.comment else ""),
    "site": Field(_("Site"), CHOICE, lambda of: {str(of.task.source_id)}, _named(Source)),
    "project": Field(_("Project"), CHOICE, lambda of: {str(of.task.project_id)}, _named(Project)),
    "template": Field(_("Template"), CHOICE, lambda of: {str(of.task.template_id)}, _named(TaskTemplate)),
    "name": Field(_("Name of the task"), TEXT, lambda of: of.task.name),
    "description": Field(_("Description"), TEXT, lambda of: of.task.description),
    "data": Field(
        _("Additional description data"), TEXT, lambda of: additional_data.as_text(of.task.additional_data)
    ),
}  # fmt: skip
