from __future__ import annotations

from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Employee, Task


def to_plan(task: Task, by: Employee) -> Task:
    """The task's row, locked for a change of what is planned in it. Raises NotAllowed."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not rights.may_plan(task, by):
        raise NotAllowed(_("You may not change what is planned in this task."))
    return task
