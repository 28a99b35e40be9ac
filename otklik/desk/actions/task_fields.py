"""Own fields of tasks: what an account wants to know of them (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record, record_many
from otklik.desk.actions.locking import to_plan
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Employee, Task, TaskField, TaskTemplate, TaskValue
from otklik.desk.own_fields import Values, changed, check_new, checked_choices, checked_name, shown


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
        check_new(kind, others)
        field = TaskField(kind=kind, template=template, place=max((one.place for one in others), default=0) + 1)
    field.name = checked_name(name, [one for one in others if one.pk != field.pk])
    field.choices = checked_choices(field, choices)
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
    wanted = changed(fields.values(), values, seen=seen, now=now)
    if not wanted:
        return task

    changes: dict[str, list[str]] = {}
    for pk, value in wanted.items():
        changes[fields[pk].name] = [shown(fields[pk], now.get(pk)), shown(fields[pk], value)]
        if value is None:
            TaskValue.objects.filter(task=task, field=pk).delete()
        else:
            TaskValue.objects.update_or_create(task=task, field_id=pk, defaults={"value": value})
    record_many([line("fields_changed", task, by, {"changes": changes})])
    return task


def _check_right(by: Employee) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change the fields of tasks."))
