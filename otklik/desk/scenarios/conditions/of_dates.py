"""Moments of a task: each is asked as a date and as the hours that have passed since (§11.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Due, Event
from otklik.desk.scenarios.conditions.asking import CHOICE, DATE, DATES, NUMBER, Field, Looked, offered

Found = Callable[[Looked], datetime | None]


class Moment(NamedTuple):
    date: str | Promise
    hours_key: str
    hours: str | Promise
    find: Found


# Kinds of events, the latest of which is the moment.
KINDS = {
    "client": ("task_created", "client_wrote"),
    "reply": ("reply_added", "reply_heard"),
    "comment": ("task_created", "client_wrote", "reply_added", "reply_heard", "note_added"),
    "status_changed": ("task_created", "status_changed"),
}


def _last(*kinds: str) -> Found:
    def find(looked: Looked) -> datetime | None:
        events = Event.objects.filter(task=looked.task, kind__in=kinds).order_by("-number")
        return events.values_list("at", flat=True).first()

    return find


MOMENTS = {
    "created": Moment(_("Made on"), "age", _("Hours since the task was made"), lambda of: of.task.created_at),
    "completed": Moment(
        _("Completed on"), "completed_age", _("Hours since it was completed"), lambda of: of.task.completed_at
    ),
    "changed": Moment(
        _("Changed on"), "change_age", _("Hours since the last change"), lambda of: of.task.updated_at
    ),
    "client": Moment(
        _("Last message of the client on"), "client_quiet", _("Hours since the client wrote"), _last(*KINDS["client"])
    ),
    "reply": Moment(_("Last reply on"), "reply_age", _("Hours since the last reply"), _last(*KINDS["reply"])),
    "comment": Moment(
        _("Last comment on"), "comment_age", _("Hours since the last comment of any kind"), _last(*KINDS["comment"])
    ),
    "status_changed": Moment(
        _("Status changed on"), "status_age", _("Hours since the status changed"), _last(*KINDS["status_changed"])
    ),
}  # fmt: skip


def hours(at: datetime | None, now: datetime) -> float | None:
    return (now - at).total_seconds() / 3600 if at else None


def _hours_since(find: Found) -> Callable[[Looked], float | None]:
    return lambda looked: hours(find(looked), timezone.now())


def _due(looked: Looked) -> Due | None:
    return Due.objects.filter(task=looked.task).first()


def due_state(due: Due | None, now: datetime) -> set[str]:
    return {"without" if due is None else "over" if due.is_over(now) else "ahead"}


def due_on(due: Due | None) -> date | datetime | None:
    return (due.at or due.day) if due else None


def overdue(due: Due | None, now: datetime) -> float | None:
    """Hours; None: it is not."""
    if due is None or not due.is_over(now):
        return None
    return hours(due.at or timezone.make_aware(datetime.combine(due.day + timedelta(days=1), time())), now)


def _not_accepted(looked: Looked) -> float | None:
    """Hours for which it has been new; None: somebody has it."""
    if looked.task.status.key != "new":
        return None
    return hours(_last("task_created", "status_changed")(looked), timezone.now())


FIELDS: dict[str, Field] = {
    "due": Field(
        _("Due date"), CHOICE, lambda of: due_state(_due(of), timezone.now()),
        offered(without=_("there is none"), ahead=_("is still to come"), over=_("has passed")), DATES,
    ),
    "due_on": Field(_("Due on"), DATE, lambda of: due_on(_due(of)), None, DATES),
    "overdue": Field(_("Hours overdue"), NUMBER, lambda of: overdue(_due(of), timezone.now()), None, DATES),
    "unaccepted_age": Field(_("Hours not accepted"), NUMBER, _not_accepted, None, DATES),
    **{f"{key}_on": Field(one.date, DATE, one.find, None, DATES) for key, one in MOMENTS.items()},
    **{one.hours_key: Field(one.hours, NUMBER, _hours_since(one.find), None, DATES) for one in MOMENTS.values()},
}  # fmt: skip
