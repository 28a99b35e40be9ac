"""Own fields of tasks: what an account wants to know of them (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions.events import record_many
from otklik.desk.actions.field_keeping import Keeper
from otklik.desk.actions.locking import to_plan
from otklik.desk.actions.system_lines import line
from otklik.desk.models import Employee, Task, TaskField, TaskValue
from otklik.desk.own_fields import Values, changed, in_words, shown

_keeper = Keeper(TaskField, "task_field", _("Only administrators change the fields of tasks."))
save, archive = _keeper.save, _keeper.archive


def of_task(task: Task) -> QuerySet[TaskField]:
    """Those that the task's template offers."""
    return TaskField.objects.filter(Q(template=None) | Q(template=task.template_id), archived_at=None)


def offered() -> QuerySet[TaskField]:
    """Of tasks of any template."""
    return TaskField.objects.filter(archived_at=None)


def words_of(tasks: Iterable[Task], fields: Iterable[TaskField]) -> dict[int, dict[int, str]]:
    """{task: {field: words}} with as many queries for many tasks as for one."""
    wanted = list(fields)
    if not wanted:
        return {}
    values = TaskValue.objects.filter(task__in=tasks, field__in=wanted)
    return in_words(wanted, values.values_list("task", "field", "value"))


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
