"""What is asked of the event, its comment and the client (§11.2)."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions import company, own_hours, task_people
from otklik.desk.actions.people import choices as people
from otklik.desk.models import Employee, Event
from otklik.desk.scenarios.conditions.asking import CHOICE, EVENT, TEXT, YES_NO, Field, Looked, offered, yes

# What is asked of the event alone, whatever the task is like.
OF_EVENT = {"author", "caused", "comment_kind", "comment_origin", "comment", "files"}
OF_CLIENTS = {"client_wrote", "client_left", "client_returned"}


def author(event: Event) -> set[str]:
    """A client, the system, or an employee; a robot's doing is the system's."""
    if event.actor and not event.actor.is_robot:
        return {f"employee-{event.actor.pk}", "employee"}
    return {"client" if event.kind in OF_CLIENTS else "system"}


def _authors() -> list[tuple[str, str]]:
    kinds = [("client", str(_("the client"))), ("employee", str(_("an employee"))), ("system", str(_("the system")))]
    return [*kinds, *(row for row in people([]) if row[0].startswith("employee-"))]


def is_caused(event: Event) -> set[str]:
    return {"yes" if event.cause_id else "no"}


def has_files(looked: Looked) -> set[str]:
    comment = looked.comment
    return yes(comment and (comment.data.get("files") or comment.files.exists()))


def comment_origin(event: Event) -> set[str]:
    """How the comment came: from the channel, by a scenario, or by a person at the desk."""
    if event.comment is None:
        return set()
    if event.kind in ("client_wrote", "reply_heard", "task_created"):
        return {"channel"}
    return {"scenario" if event.cause_id else "desk"}


def _at_work(looked: Looked) -> set[str]:
    """Codes of those in whose working time it is now, `assignee` for one who does the task."""
    doing = task_people.assignees(looked.task)
    active = set(Employee.objects.active().values_list("pk", flat=True))
    works = own_hours.at_work(active, timezone.now())
    return {f"employee-{pk}" for pk in works} | ({"assignee"} if works & doing else set())


def _who_works() -> list[tuple[str, str]]:
    persons = [row for row in people([]) if row[0].startswith("employee-")]
    return [("assignee", str(_("an assignee"))), *persons]


FIELDS: dict[str, Field] = {
    "author": Field(_("Author of the change"), CHOICE, lambda of: author(of.event), _authors),
    "caused": Field(_("Follows from another scenario"), CHOICE, lambda of: is_caused(of.event), YES_NO),
    "weekday": Field(
        _("Day of the week"), CHOICE, lambda of: {str(timezone.localtime().weekday())},
        lambda: [(str(day), str(name)) for day, name in WEEKDAYS.items()],
    ),
    "working": Field(
        _("Working time of the company"), CHOICE, lambda of: {"yes" if company.is_working(timezone.now()) else "no"},
        YES_NO,
    ),
    "at_work": Field(_("Works now"), CHOICE, _at_work, _who_works),
    "comment_kind": Field(
        _("Kind of the comment"), CHOICE, lambda of: {str(of.comment.kind)} if of.comment else set(),
        offered(client=_("from the client"), reply=_("reply to the client"), note=_("internal note")),
    ),
    "comment_origin": Field(
        _("How the comment came"), CHOICE, lambda of: comment_origin(of.event),
        offered(channel=_("from the channel"), desk=_("by hand"), scenario=_("by a scenario")),
    ),
    "comment": Field(_("Text of the comment"), TEXT, lambda of: of.comment.text if of.comment else ""),
    "files": Field(_("The comment has files"), CHOICE, has_files, YES_NO),
    "presence": Field(
        _("The client"), CHOICE, lambda of: {"left" if of.task.left_at else "here"},
        offered(here=_("is in the chat"), left=_("has left the chat")),
    ),
    "returning": Field(
        _("The client has written in an earlier task"), CHOICE,
        lambda of: {"yes" if of.task.previous_id else "no"}, YES_NO,
    ),
}  # fmt: skip
FIELDS = {key: replace(field, group=EVENT) for key, field in FIELDS.items()}
