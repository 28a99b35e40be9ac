"""What a scenario does, each through the action that a person would take (contracts/planfix-behaviour.md §11.4)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.actions.comments import NOTE_LIMIT, REPLY_LIMIT
from otklik.desk.actions.making import LIMITS
from otklik.desk.actions.people import choices as people
from otklik.desk.actions.recipients import EVERYBODY
from otklik.desk.models import TaskTemplate
from otklik.desk.models.task import ROLE_NAMES
from otklik.desk.own_fields import TEXT_LIMIT
from otklik.desk.scenarios.conditions.of_task import statuses
from otklik.desk.scenarios.operations import of_others, of_tasks
from otklik.desk.scenarios.operations.parts import Deed, Operation, Part
from otklik.desk.scenarios.speaking import ACTOR

__all__ = ["OPERATIONS", "Deed", "Operation", "Part"]

ADDRESS_LIMIT, BODY_LIMIT, HEADERS_LIMIT, SUBJECT_LIMIT = 2000, 20000, 5000, 200
METHODS = ("POST", "GET", "PUT", "PATCH", "DELETE")


def _everybody() -> list[tuple[str, str]]:
    return people([])


def _told() -> list[tuple[str, str]]:
    roles = [(f"role-{key}", str(name)) for key, name in ROLE_NAMES.items() if key != "counterparty"]
    return [(EVERYBODY, _("Everybody in the task")), *roles, (ACTOR, _("Author of the change")), *people([])]


def _seen() -> list[tuple[str, str]]:
    return [("yes", _("Only those who are notified, and administrators"))]


def _templates() -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in TaskTemplate.objects.order_by("place", "number")]


def _methods() -> list[tuple[str, str]]:
    return [(method, method) for method in METHODS]


def _again() -> list[tuple[str, str]]:
    return [("yes", _("try again up to four times, within three hours")), ("no", _("do not try again"))]


def _text(name: str | Promise, limit: int, *, is_long: bool = False, is_required: bool = True) -> Part:
    return Part("value", name, limit=limit, is_long=is_long, is_required=is_required)


WHO = Part("value", gettext_lazy("Assignee"), _everybody)
FOR_WHOM = Part("assignee", gettext_lazy("Assignees"), _everybody, is_required=False, is_several=True)
TEMPLATE = Part("template", gettext_lazy("Template"), _templates, is_required=False)
PROJECT = Part("project", gettext_lazy("Project"), of_others.projects, is_required=False)
DUE = (
    Part("due", gettext_lazy("Due in"), limit=4, is_required=False, help=gettext_lazy("0 days: on the same day.")),
    Part("unit", gettext_lazy("Counted in"), of_others.units, is_required=False),
)
DESCRIPTION = Part(
    "description", gettext_lazy("Description"), limit=LIMITS["description"], is_long=True, is_required=False
)
TEXT = gettext_lazy("Text")
NAME = gettext_lazy("Name of the task")
# Whoever is named here hears of it though the scenario is to be quiet (§8.1).
NOTIFY = Part("notify", gettext_lazy("Notify"), _told, is_required=False, is_several=True)
HIDDEN = Part("hidden", gettext_lazy("Who sees it"), _seen, is_required=False)
VALUE_HELP = gettext_lazy("A day: 31.12.2026, or +3 for three days from then. Several choices: with commas between.")

OPERATIONS: dict[str, Operation] = {
    "complete": Operation(gettext_lazy("Complete the task"), of_tasks.complete),
    "status": Operation(
        gettext_lazy("Set the status"), of_tasks.set_status, (Part("value", gettext_lazy("Status"), statuses),)
    ),
    "assign": Operation(gettext_lazy("Add an assignee"), of_tasks.add("assignee"), (WHO,)),
    "unassign": Operation(gettext_lazy("Take an assignee away"), of_tasks.remove("assignee"), (WHO,)),
    "participant": Operation(
        gettext_lazy("Add a participant"), of_tasks.add("participant"),
        (Part("value", gettext_lazy("Participant"), _everybody),),
    ),
    "unparticipate": Operation(
        gettext_lazy("Take a participant away"), of_tasks.remove("participant"),
        (Part("value", gettext_lazy("Participant"), _everybody),),
    ),
    "audit": Operation(
        gettext_lazy("Add an auditor"), of_tasks.add("auditor"),
        (Part("value", gettext_lazy("Auditor"), _everybody),),
    ),
    "unaudit": Operation(
        gettext_lazy("Take an auditor away"), of_tasks.remove("auditor"),
        (Part("value", gettext_lazy("Auditor"), _everybody),),
    ),
    "note": Operation(
        gettext_lazy("Add an internal note"), of_tasks.say("note"),
        (_text(TEXT, NOTE_LIMIT, is_long=True), NOTIFY, HIDDEN), of_tasks.note_fault,
    ),
    "reply": Operation(
        gettext_lazy("Send a reply to the client"), of_tasks.say("reply"),
        (_text(TEXT, REPLY_LIMIT, is_long=True), NOTIFY)
    ),
    "name": Operation(gettext_lazy("Rename the task"), of_tasks.rename, (_text(NAME, LIMITS["name"]),)),
    "description": Operation(
        gettext_lazy("Write the description"), of_tasks.describe,
        (_text(TEXT, LIMITS["description"], is_long=True, is_required=False),),
    ),
    "field": Operation(
        gettext_lazy("Fill in a field of the task"), of_tasks.fill,
        (
            Part("field", gettext_lazy("Field"), of_tasks.fields),
            Part("value", gettext_lazy("Value"), limit=TEXT_LIMIT, is_required=False, help=VALUE_HELP),
        ),
        of_tasks.field_fault,
    ),
    "due": Operation(
        gettext_lazy("Set the due date"), of_tasks.set_due,
        (Part("value", gettext_lazy("In how many days"), limit=4, help=gettext_lazy("0: on the same day.")),),
        of_tasks.term_fault,
    ),
    "subtask": Operation(
        gettext_lazy("Make a subtask"), of_others.make_subtask,
        (
            _text(NAME, LIMITS["name"]), TEMPLATE, FOR_WHOM,
            replace(PROJECT, help=gettext_lazy("Where none is chosen: that of this task.")), *DUE, DESCRIPTION,
        ),
        of_others.task_fault,
    ),
    "task": Operation(
        gettext_lazy("Make a new task"), of_others.make_task,
        (
            _text(NAME, LIMITS["name"]), TEMPLATE, FOR_WHOM,
            Part("client", gettext_lazy("Client"), lambda: [("same", _("The same client"))], is_required=False),
            PROJECT, *DUE, DESCRIPTION,
        ),
        of_others.task_fault,
    ),
    "contact": Operation(
        gettext_lazy("Change the client's card"), of_others.change_contact,
        (
            Part("field", gettext_lazy("Field"), of_others.contact_parts),
            Part("value", gettext_lazy("Value"), limit=TEXT_LIMIT, is_required=False, help=VALUE_HELP),
        ),
    ),
    "request": Operation(
        gettext_lazy("Send an HTTP request"), of_others.request,
        (
            Part("method", gettext_lazy("Method"), _methods),
            Part("value", gettext_lazy("Address"), limit=ADDRESS_LIMIT),
            Part("body", gettext_lazy("Body"), limit=BODY_LIMIT, is_long=True, is_required=False,
                 help=gettext_lazy("What begins with { or [ goes as JSON, anything else as plain text.")),
            Part("headers", gettext_lazy("Headers"), limit=HEADERS_LIMIT, is_long=True, is_required=False,
                 help=gettext_lazy("A line each: Name: value")),
            Part("secrets", gettext_lazy("Secret headers"), limit=HEADERS_LIMIT, is_long=True, is_required=False,
                 is_secret=True, help=gettext_lazy(
                     "A line each: Name: value, without variables. Once saved, nobody sees the value any more, in the "
                     "log neither. Dots stand for a saved one; type over them to change it.")),
            Part("again", gettext_lazy("If it fails"), _again, is_required=False),
        ),
        of_others.request_fault,
    ),
    "mail": Operation(
        gettext_lazy("Send an e-mail"), of_others.letter,
        (
            Part("value", gettext_lazy("To"), limit=254),
            Part("subject", gettext_lazy("Subject"), limit=SUBJECT_LIMIT),
            Part("body", TEXT, limit=BODY_LIMIT, is_long=True),
        ),
        of_others.letter_fault,
    ),
}  # fmt: skip
