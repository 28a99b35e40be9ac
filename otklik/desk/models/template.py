from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .contact import Contact
from .employee import Employee, Group
from .project import Project
from .status import StatusSet
from .task import Role

SYSTEM_NAMES = {"standard": _("Standard template")}


class TaskTemplateQuerySet(models.QuerySet["TaskTemplate"]):
    def offered(self, chosen: int | None = None) -> TaskTemplateQuerySet:
        """To choose from, in their order; `chosen` is offered where it is chosen already."""
        return self.filter(models.Q(archived_at=None) | models.Q(pk=chosen)).order_by("place", "number")

    def offered_to(self, employee: Employee) -> TaskTemplateQuerySet:
        """Those with which he may begin a task by hand (§12, access)."""
        if employee.is_administrator:
            return self.offered()
        others = TaskTemplate.for_groups.through.objects.filter(tasktemplate=models.OuterRef("pk"))
        his = others.filter(group__members=employee)
        return self.offered().filter(~models.Exists(others) | models.Exists(his))


class TaskTemplate(models.Model):
    """By which tasks are made (S07, §12). Applied once, at creation. The standard one can be edited, not deleted."""

    class Joining(models.TextChoices):
        """How assignees come to their task (§7)."""

        ALL = "all", _("All of them at once")
        FIRST = "first", _("Who accepts first does it, the others take part")
        ALONE = "alone", _("Who accepts first does it, the others leave the task")
        TURN = "turn", _("One of them, each in turn")
        SUBTASKS = "subtasks", _("A subtask for each of them")
        ITEMS = "items", _("A step of the checklist for each of them")

    class DueUnit(models.TextChoices):
        HOURS = "hours", pgettext_lazy("counted in", "hours")
        DAYS = "days", pgettext_lazy("counted in", "days")
        WORK_HOURS = "work_hours", pgettext_lazy("counted in", "working hours")
        WORK_DAYS = "work_days", pgettext_lazy("counted in", "working days")

    number = models.BigIntegerField(unique=True)
    place = models.PositiveIntegerField(default=0, db_default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=20, blank=True)
    own_name = models.CharField(max_length=200, blank=True)
    # Empty: the client's name and the channel's label name the task.
    task_name = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="+")
    status_set = models.ForeignKey(StatusSet, models.PROTECT, related_name="+")
    joining = models.CharField(max_length=10, choices=Joining, default=Joining.ALL, db_default=Joining.ALL)
    # Their present people become assignees by name; who joins the group later does not see the task.
    expands_groups = models.BooleanField(default=False, db_default=False)
    # So long after the task is made it is to be done; empty: no due date.
    due_count = models.PositiveSmallIntegerField(null=True, blank=True)
    due_unit = models.CharField(max_length=10, choices=DueUnit, default=DueUnit.DAYS, db_default=DueUnit.DAYS)
    # A step on each line.
    checklist = models.TextField(blank=True, default="", db_default="")
    # Whose people may begin tasks with it by hand; without any: everybody. Administrators may with each.
    for_groups = models.ManyToManyField(Group, related_name="+", blank=True)
    # Parts of a task's page that its tasks do not show: keys of `task_cards.PARTS`.
    hidden_parts = models.JSONField(default=list, blank=True, db_default=models.Value([], models.JSONField()))

    objects = TaskTemplateQuerySet.as_manager()

    @property
    def name(self) -> str:
        return self.own_name or str(SYSTEM_NAMES.get(self.key, self.key))

    def __str__(self) -> str:
        return self.name


class TemplateTurn(models.Model):
    """How many tasks of a template were given in turn. Beside the template: that one is only read where tasks are made,
    and this row is what one waits for, so that nobody is skipped."""

    template = models.OneToOneField(TaskTemplate, models.CASCADE, related_name="+")
    count = models.BigIntegerField(default=0)


class TemplateMember(models.Model):
    """Who gets which role in the tasks of a template: exactly one of employee, group, contact."""

    template = models.ForeignKey(TaskTemplate, models.CASCADE, related_name="members")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(employee__isnull=False, group__isnull=True, contact__isnull=True)
                    | models.Q(employee__isnull=True, group__isnull=False, contact__isnull=True)
                    | models.Q(employee__isnull=True, group__isnull=True, contact__isnull=False)
                ),
                name="template_member_is_one",
            ),
        ]
