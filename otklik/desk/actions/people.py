"""Employees and groups as one list to choose from: `employee-7`, `group-3`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from otklik.desk.models import Employee, Group


def choices(chosen: Iterable[str]) -> list[tuple[str, str]]:
    """Groups, then employees by name. Who does not work here any more is offered only where he is chosen already."""
    groups = [(f"group-{group.pk}", group.name) for group in Group.objects.order_by("name", "pk")]
    who = Q(pk__in=ids(chosen, "employee")) | Q(pk__in=Employee.objects.active())
    employees = Employee.objects.filter(who).select_related("user").order_by("user__name", "pk")
    return groups + [(f"employee-{employee.pk}", employee.name) for employee in employees]


def ids(chosen: Iterable[str], kind: str) -> list[int]:
    """The ids of those of one kind; anything else is left out."""
    parts = (value.partition("-") for value in chosen)
    return [int(number) for name, _dash, number in parts if name == kind and number.isascii() and number.isdigit()]
