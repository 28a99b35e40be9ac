"""Who is what in a task: assignees, participants, auditors (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from otklik.desk.actions import people
from otklik.desk.models import Employee, Group, Role, Task, TaskMember

# Whom a person chooses; assigner and counterparty follow from how the task came to be.
ROLES = ("assignee", "participant", "auditor")


class Who(NamedTuple):
    """One of the two is set."""

    employee: int | None
    group: int | None

    @property
    def code(self) -> str:
        return f"group-{self.group}" if self.group else f"employee-{self.employee}"


def chosen(codes: Iterable[str]) -> list[Who]:
    """Groups, then employees; codes of nobody are left out."""
    codes = list(codes)
    groups = Group.objects.filter(pk__in=people.ids(codes, "group")).order_by("pk")
    employees = Employee.objects.active().filter(pk__in=people.ids(codes, "employee")).order_by("pk")
    return [*(Who(None, one.pk) for one in groups), *(Who(one.pk, None) for one in employees)]


def of_task(task: Task) -> dict[str, list[str]]:
    """The codes of those in each of ROLES."""
    codes: dict[str, list[str]] = {role: [] for role in ROLES}
    members = task.members.filter(role__key__in=ROLES, contact=None)
    for key, employee, group in members.values_list("role__key", "employee", "group"):
        codes[key].append(Who(employee, group).code)
    return {role: sorted(found) for role, found in codes.items()}


def write(task: Task, role: Role, codes: Iterable[str]) -> list[Who]:
    """Makes these the role's people, contacts in it stay; returns who has come."""
    members = TaskMember.objects.filter(task=task, role=role, contact=None)
    kept = {Who(employee, group): pk for pk, employee, group in members.values_list("pk", "employee", "group")}
    codes = set(codes)
    gone = [pk for who, pk in kept.items() if who.code not in codes]
    TaskMember.objects.filter(pk__in=gone).delete()
    come = [who for who in chosen(codes) if who not in kept]
    TaskMember.objects.bulk_create(
        [TaskMember(task=task, role=role, employee_id=who.employee, group_id=who.group) for who in come]
    )
    return come


def employees_of(come: Iterable[Who]) -> set[int]:
    """Ids of the employees, those of groups too."""
    come = list(come)
    of_groups = Employee.objects.active().filter(groups__in=[who.group for who in come if who.group])
    return {who.employee for who in come if who.employee} | set(of_groups.values_list("pk", flat=True))


def hearing(task: Task) -> set[int]:
    """Ids of the employees whose roles hear of the client's messages."""
    rows = TaskMember.objects.filter(task=task, role__is_notified=True, contact=None)
    return employees_of(Who(employee, group) for employee, group in rows.values_list("employee", "group"))


def assignees(task: Task) -> set[int]:
    """Employees who do the task, those of its groups among them."""
    rows = task.members.filter(role__key="assignee").values_list("employee", "group")
    return employees_of(Who(employee, group) for employee, group in rows if employee or group)


def taking_part(task: Task) -> list[Employee]:
    """Employees in any role of the task, those of its groups too, by name."""
    rows = task.members.values_list("employee", "group")
    found = employees_of(Who(employee, group) for employee, group in rows if employee or group)
    return list(Employee.objects.active().filter(pk__in=found).select_related("user").order_by("user__name", "pk"))


def names(codes: Iterable[str]) -> list[str]:
    """As the log keeps them, because a group may be removed later."""
    codes = list(codes)
    groups = Group.objects.filter(pk__in=people.ids(codes, "group")).order_by("name")
    employees = Employee.objects.filter(pk__in=people.ids(codes, "employee")).select_related("user")
    return [group.name for group in groups] + sorted(one.name for one in employees)
