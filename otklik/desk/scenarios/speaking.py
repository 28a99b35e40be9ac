"""In whose name a scenario acts (contracts/planfix-behaviour.md §11.3, «Выполнять действия сценария от имени»)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from otklik.desk.models import Employee, Scenario, Task
from otklik.desk.scenarios.robot import robot

ROBOT, ACTOR, ASSIGNER = "", "actor", "assigner"


def choices() -> list[tuple[str, str]]:
    """(value, name): the robot, who made the change, the assigner, or an employee."""
    people = Employee.objects.select_related("user").order_by("user__name", "pk")
    named = [(f"employee-{one.pk}", one.name) for one in people.active()]
    return [(ROBOT, _("Robot")), (ACTOR, _("Author of the change")), (ASSIGNER, _("Assigner of the task")), *named]


def in_whose_name(scenario: Scenario, task: Task, actor: Employee | None) -> Employee:
    """The robot, where the one who is wanted is a client, or works here no more. Whoever it is, no rights are asked:
    they were those of the administrator who built the scenario (§11.5, rule 6)."""
    found = _wanted(scenario.in_name_of, task, actor)
    if found is None or found.is_robot or not found.user.is_active:
        return robot()
    # A row of its own: the rights of the same person elsewhere stay as they are.
    acting = Employee.objects.select_related("user").get(pk=found.pk)
    acting.is_unbound = True
    return acting


def _wanted(code: str, task: Task, actor: Employee | None) -> Employee | None:
    if code == ACTOR:
        return actor
    if code == ASSIGNER:
        member = task.members.filter(role__key="assigner").exclude(employee=None).order_by("pk").first()
        return member.employee if member else None
    pk = code.removeprefix("employee-")
    return Employee.objects.select_related("user").filter(pk=int(pk)).first() if pk.isdigit() else None
