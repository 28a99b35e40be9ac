"""Operations that change the scenario's own task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import own_fields
from otklik.desk.actions import comments, due_dates, editing, members, task_fields, tasks
from otklik.desk.actions.recipients import Circle
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Status, TaskField
from otklik.desk.scenarios.operations.parts import Deed, Fault
from otklik.desk.scenarios.operations.values import as_value
from otklik.desk.scenarios.speaking import ACTOR

LONGEST_TERM = 3650


def complete(deed: Deed) -> None:
    _to(deed, Status.objects.filter(set=deed.task.status.set_id, key="completed").first())


def set_status(deed: Deed) -> None:
    _to(deed, Status.objects.filter(pk=int(deed.value)).first() if deed.value.isdigit() else None)


def _to(deed: Deed, status: Status | None) -> None:
    if status is None:
        raise Refused("status", _("This task has no such status."))
    tasks.set_status(deed.task, status, by=_person(deed))


def _person(deed: Deed) -> Employee | None:
    """The robot leaves no name behind: then it is the system."""
    return None if deed.by.is_robot else deed.by


def add(role: str) -> Callable[[Deed], None]:
    def add(deed: Deed) -> None:
        now = members.who_is(deed.task, role)
        members.change(deed.task, role, [*now, deed.value], seen=now, by=_person(deed))

    return add


def remove(role: str) -> Callable[[Deed], None]:
    def remove(deed: Deed) -> None:
        now = members.who_is(deed.task, role)
        members.change(deed.task, role, [who for who in now if who != deed.value], seen=now, by=_person(deed))

    return remove


def _people(deed: Deed, codes: Iterable[str]) -> list[str]:
    """Roles and the author of the change, as they are now: employees and groups."""
    found: list[str] = []
    for code in codes:
        if code == ACTOR:
            found += [f"employee-{deed.actor.pk}"] if deed.actor else []
        elif code.startswith("role-"):
            found += members.who_is(deed.task, code.removeprefix("role-"))
        else:
            found.append(code)
    return found


def say(kind: str) -> Callable[[Deed], None]:
    def say(deed: Deed) -> None:
        codes = deed.values.get("notify", "").split()
        # Who does not see the task hears nothing of it.
        told = Circle(deed.task).chosen(_people(deed, codes), is_strict=False) if codes else None
        is_hidden = deed.values.get("hidden") == "yes"
        text = deed.filled("value")
        comments.add(deed.task, by=deed.by, text=text, kind=kind, notified=told, is_hidden=is_hidden)

    return say


def note_fault(values: Mapping[str, str]) -> Fault | None:
    if values["hidden"] and not values["notify"]:
        return Fault("notify", _("Choose who is to see the hidden note."))
    return None


def rename(deed: Deed) -> None:
    _edit(deed, "name", deed.filled("value"))


def describe(deed: Deed) -> None:
    _edit(deed, "description", deed.filled("value"))


def _edit(deed: Deed, part: str, text: str) -> None:
    editing.change(deed.task, {part: text}, seen={part: getattr(deed.task, part)}, by=deed.by)


def fill(deed: Deed) -> None:
    """An own field; an empty text takes its value away."""
    field = task_fields.of_task(deed.task).filter(pk=deed.values["field"]).first()
    if field is None:
        raise Refused("field", _("This task has no such field."))
    value = as_value(field, deed.filled("value"))
    task_fields.fill(deed.task, {field.pk: value}, seen=task_fields.values_of(deed.task), by=deed.by)


def set_due(deed: Deed) -> None:
    day = timezone.localdate() + timedelta(days=int(deed.value))
    due_dates.change(deed.task, day, seen=due_dates.facts_of(deed.task), by=deed.by)


def fields() -> list[tuple[str, str]]:
    return [(str(field.pk), field.name) for field in TaskField.objects.filter(archived_at=None)]


def field_fault(values: Mapping[str, str]) -> Fault | None:
    """Texts with variables are judged when they are filled in; the rest now."""
    text = values["value"]
    field = TaskField.objects.filter(pk=int(values["field"])).first()
    if field is None or not text or "{{" in text:
        return None
    try:
        own_fields.checked(field, as_value(field, text))
    except Refused as error:
        return Fault("value", str(error))
    return None


def term_fault(values: Mapping[str, str]) -> Fault | None:
    return number_fault("value", values["value"])


def number_fault(part: str, text: str) -> Fault | None:
    if text.isascii() and text.isdigit() and int(text) <= LONGEST_TERM:
        return None
    return Fault(part, _("Write a whole number, 0 to %(limit)s.") % {"limit": LONGEST_TERM})
