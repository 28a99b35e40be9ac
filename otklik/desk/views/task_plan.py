"""What is planned in a task, as its page shows it."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk import own_fields, rights
from otklik.desk.actions import task_fields
from otklik.desk.models import ChecklistItem, Employee, Favourite, Reminder, Subtask, Task, TaskHearing, TaskMerge
from otklik.desk.models.task import TaskQuerySet

HEARINGS: list[tuple[str, str | Promise]] = [
    ("all", _("Of everything here")),
    ("", _("As my settings say")),
    ("none", _("Of nothing here")),
]


class Plan:
    """Asked only for what a page shows: nothing is read before."""

    def __init__(self, task: Task, employee: Employee) -> None:
        self.task, self.employee = task, employee

    @cached_property
    def hidden(self) -> set[str]:
        """Parts of the page that the task's template leaves out (§12)."""
        return set(self.task.template.hidden_parts) if self.task.template else set()

    @cached_property
    def may_change(self) -> bool:
        return rights.may_plan(self.task, self.employee)

    @cached_property
    def reminders(self) -> list[Reminder]:
        """One's own that wait."""
        return list(Reminder.objects.filter(task=self.task, employee=self.employee, fired_at=None))

    @cached_property
    def hearing(self) -> str:
        """How one hears of the task; empty: as one's settings say."""
        own = TaskHearing.objects.filter(task=self.task, employee=self.employee)
        return own.values_list("mode", flat=True).first() or ""

    @property
    def hearings(self) -> list[tuple[str, str | Promise]]:
        return HEARINGS

    @cached_property
    def checklist(self) -> list[ChecklistItem]:
        return list(self.task.checklist.select_related("done_by__user", "assignee__user"))

    @cached_property
    def done(self) -> int:
        return sum(1 for item in self.checklist if item.done_at)

    @cached_property
    def parent(self) -> Task | None:
        """The task of which this one is a part, if one may see it."""
        above = Subtask.objects.filter(task=self.task).values("parent")
        return Task.objects.visible_to(self.employee).kept().filter(pk__in=above).first()

    @cached_property
    def parts(self) -> list[Task]:
        """Those that one may see."""
        parts = Task.objects.visible_to(self.employee).kept().filter(part_of__parent=self.task)
        return list(parts.select_related("status", "due").order_by("part_of__pk"))

    @cached_property
    def part_count(self) -> int:
        return self._all_parts.count()

    @cached_property
    def parts_done(self) -> int:
        return self._all_parts.filter(Q(completed_at__isnull=False) | Q(status__is_active=False)).count()

    @property
    def hidden_parts(self) -> int:
        return self.part_count - len(self.parts)

    @property
    def _all_parts(self) -> TaskQuerySet:
        return Task.objects.kept().filter(part_of__parent=self.task)

    @cached_property
    def merge(self) -> TaskMerge | None:
        """By which this task is a part of another one's feed."""
        done = TaskMerge.objects.filter(task=self.task, undone_at=None) if self.task.trashed_at else None
        return done.select_related("into").first() if done is not None else None

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values of the own fields that are filled in."""
        now = task_fields.values_of(self.task)
        offered = [field for field in task_fields.of_task(self.task) if field.pk in now] if now else []
        return [(field.name, own_fields.shown(field, now[field.pk])) for field in offered]

    @cached_property
    def has_fields(self) -> bool:
        return task_fields.of_task(self.task).exists()

    @cached_property
    def is_favourite(self) -> bool:
        return Favourite.objects.filter(task=self.task, employee=self.employee).exists()

    @property
    def is_followed(self) -> bool:
        return self.employee.pk in self.task.notified
