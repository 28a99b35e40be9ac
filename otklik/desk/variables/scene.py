from __future__ import annotations

from functools import cached_property

from otklik.desk import own_fields
from otklik.desk.actions import task_fields
from otklik.desk.models import Employee, Task, TaskField, TaskMember


class Scene:
    """Of which task, and for whom who writes, the words are filled in. `members`: of a task that is not stored yet.
    What several words ask for is read once."""

    def __init__(self, task: Task, employee: Employee | None, members: list[TaskMember] | None = None) -> None:
        self.task = task
        self.employee = employee
        if members is not None:
            self.members = members

    @cached_property
    def members(self) -> list[TaskMember]:
        if not self.task.pk:
            return []
        rows = TaskMember.objects.filter(task=self.task).order_by("pk")
        return list(rows.select_related("role", "employee__user", "group", "contact"))

    @cached_property
    def parent(self) -> Task | None:
        return Task.objects.filter(parts__task=self.task.pk).first() if self.task.pk else None

    def field(self, name: str) -> str | None:
        """The task's own field of this name, in words; None: it has no such field."""
        found = self._fields.get(name)
        return own_fields.shown(found, self._values.get(found.pk)) if found else None

    def property(self, name: str) -> str:
        """What the site told of the client under this name."""
        given = self.task.contact.properties if self.task.contact else {}
        return next((str(value) for key, value in given.items() if key.casefold() == name and value is not None), "")

    @cached_property
    def _fields(self) -> dict[str, TaskField]:
        return {one.name.casefold(): one for one in task_fields.of_task(self.task)}

    @cached_property
    def _values(self) -> own_fields.Values:
        return task_fields.values_of(self.task) if self.task.pk else {}
