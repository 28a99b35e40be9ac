"""Own fields of tasks: what an account wants to know of them (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.actions.locking import to_plan
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Comment, Contact, Employee, Task, TaskField, TaskTemplate, TaskValue
from otklik.lib.text import clean, clean_name

KINDS = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
    "choice": gettext_lazy("One of a list"),
    "several": gettext_lazy("Several of a list"),
    "person": gettext_lazy("Employee"),
    "contact": gettext_lazy("Contact"),
}
NAME_LIMIT, TEXT_LIMIT, CHOICE_LIMIT = 60, 1000, 100
MOST, MOST_CHOICES = 50, 100
# By the field's id; what is not there is empty.
Values = dict[int, Any]


def of_task(task: Task) -> QuerySet[TaskField]:
    """Those that the task's template offers."""
    return TaskField.objects.filter(Q(template=None) | Q(template=task.template_id), archived_at=None)


@transaction.atomic
def save(
    field: TaskField | None, *, name: str, kind: str, choices: list[str], template: TaskTemplate | None, by: Employee
) -> TaskField:
    """Makes a field, or changes one, whose kind and template stay. Raises NotAllowed, Refused."""
    _check_right(by)
    others = list(TaskField.objects.select_for_update().order_by("pk"))
    if field is None:
        if kind not in KINDS:
            raise Refused("kind", _("Choose a kind."))
        if len(others) >= MOST:
            raise Refused("name", _("There are at most %(limit)s fields.") % {"limit": MOST})
        field = TaskField(kind=kind, template=template, place=max((one.place for one in others), default=0) + 1)
    field.name = _checked_name(name, [one for one in others if one.pk != field.pk])
    field.choices = _checked_choices(choices) if field.kind in ("choice", "several") else []
    is_new = field.pk is None
    field.save()
    record("task_field_made" if is_new else "task_field_changed", by=by, field=field.pk, name=field.name)
    return field


@transaction.atomic
def archive(field: TaskField, *, is_wanted: bool, by: Employee) -> None:
    """An archived field is offered no more; its values stay and come back with it. Raises NotAllowed."""
    _check_right(by)
    TaskField.objects.filter(pk=field.pk).update(archived_at=timezone.now() if is_wanted else None)
    record("task_field_archived" if is_wanted else "task_field_restored", by=by, field=field.pk, name=field.name)


def values_of(task: Task) -> Values:
    return dict(TaskValue.objects.filter(task=task, field__in=of_task(task)).values_list("field", "value"))


@transaction.atomic
def fill(task: Task, values: Values, *, seen: Values, by: Employee) -> Task:
    """Writes those of the values that differ from what was shown, `seen`; an empty one is taken away. Raises
    NotAllowed, Outdated, Refused with `field-<id>` as the field."""
    task = to_plan(task, by)
    fields, now = {field.pk: field for field in of_task(task)}, values_of(task)
    wanted = {pk: checked(fields[pk], value) for pk, value in values.items() if pk in fields}
    wanted = {pk: value for pk, value in wanted.items() if value not in (seen.get(pk), now.get(pk))}
    others = {str(pk): now.get(pk) for pk in wanted if seen.get(pk) != now.get(pk)}
    if others:
        raise Outdated(_("Somebody else changed these fields meanwhile."), others)
    if not wanted:
        return task

    changes: dict[str, list[str]] = {}
    for pk, value in wanted.items():
        changes[fields[pk].name] = [shown(fields[pk], now.get(pk)), shown(fields[pk], value)]
        if value is None:
            TaskValue.objects.filter(task=task, field=pk).delete()
        else:
            TaskValue.objects.update_or_create(task=task, field_id=pk, defaults={"value": value})
    data = {"event": "fields_changed", "changes": changes}
    line = Comment.objects.create(
        task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data=data
    )
    happening = Happening(
        "fields_changed", task_id=task.pk, comment_id=line.pk, actor_id=by.pk, data=data, adds_comment=True
    )
    record_many([happening])
    return task


def checked(field: TaskField, value: Any) -> Any:
    """As it is stored; None for an empty one. Raises Refused."""
    if value in (None, "", []):
        return None
    fault = Refused(f"field-{field.pk}", _("This does not fit the field."))
    if field.kind == "text":
        text = clean(str(value)).strip()
        if len(text) > TEXT_LIMIT:
            raise fault
        return text or None
    try:
        return _CHECKS[field.kind](field, value)
    except (ValueError, InvalidOperation) as error:
        raise fault from error


def _number(field: TaskField, value: Any) -> str:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValueError
    return format(number.normalize(), "f")


def _day(field: TaskField, value: Any) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _choice(field: TaskField, value: Any) -> str:
    if value not in field.choices:
        raise ValueError
    return str(value)


def _several(field: TaskField, value: Any) -> list[str]:
    if any(one not in field.choices for one in value):
        raise ValueError
    return [one for one in field.choices if one in value]


def _person(field: TaskField, value: Any) -> int:
    return int(Employee.objects.active().filter(pk=int(value)).values_list("pk", flat=True).first() or _nobody())


def _contact(field: TaskField, value: Any) -> int:
    return int(Contact.objects.current().filter(pk=int(value)).values_list("pk", flat=True).first() or _nobody())


def _nobody() -> int:
    raise ValueError


_CHECKS = {
    "number": _number, "date": _day, "choice": _choice, "several": _several, "person": _person, "contact": _contact,
}  # fmt: skip


def shown(field: TaskField, value: Any) -> str:
    """In words; empty for nothing."""
    if value is None:
        return ""
    if field.kind == "date":
        return date_format(date.fromisoformat(value), "d.m.Y")
    if field.kind == "several":
        return ", ".join(value)
    if field.kind == "person":
        found = Employee.objects.filter(pk=value).select_related("user").first()
        return found.name if found else ""
    if field.kind == "contact":
        contact = Contact.objects.filter(pk=value).first()
        return contact.name if contact else ""
    return str(value)


def _check_right(by: Employee) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change the fields of tasks."))


def _checked_name(name: str, others: list[TaskField]) -> str:
    name = clean_name(name, NAME_LIMIT + 1)
    if not name:
        raise Refused("name", _("Give the field a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    if name.casefold() in {one.name.casefold() for one in others}:
        raise Refused("name", _("There is a field with this name already."))
    return name


def _checked_choices(choices: list[str]) -> list[str]:
    found = list(dict.fromkeys(choice for one in choices if (choice := clean_name(one, CHOICE_LIMIT + 1))))
    if len(found) < 1 or len(found) > MOST_CHOICES or any(len(one) > CHOICE_LIMIT for one in found):
        limits = {"most": MOST_CHOICES, "limit": CHOICE_LIMIT}
        raise Refused("choices", _("Write 1 to %(most)s choices of at most %(limit)s characters.") % limits)
    return found
