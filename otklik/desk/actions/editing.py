"""What a task is called, what it is about and who does it, changed by hand (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import own_statuses, task_people
from otklik.desk.actions.events import record_many
from otklik.desk.actions.making import Values, checked_description, checked_name
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed, Outdated
from otklik.desk.models import Employee, Project, Role, Task

# What somebody changes who may see a task but not edit it: a participant adds and removes participants.
FOR_ALL = ("participant",)


def values_of(task: Task) -> Values:
    return {
        "name": task.name,
        "description": task.description,
        "project": task.project_id,
        **task_people.of_task(task),
    }


def changeable(task: Task, by: Employee) -> tuple[str, ...]:
    """Which of the values this employee may change."""
    if rights.may_edit(task, by):
        return ("name", "description", "project", *task_people.ROLES)
    return FOR_ALL if rights.may_view(task, by) else ()


@transaction.atomic
def change(task: Task, values: Values, *, seen: Values, by: Employee) -> Task:
    """Writes those of the values that differ from what was shown, `seen`. Who comes into the task hears of it. Raises
    NotAllowed, Outdated, Refused."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    allowed, now = changeable(task, by), values_of(task)
    wanted = {name: value for name, value in values.items() if value not in (seen.get(name), now.get(name))}
    if any(name not in allowed for name in wanted):
        raise NotAllowed(_("You may not change this task."))
    others = {name: now[name] for name in wanted if seen.get(name) != now[name]}
    if others:
        raise Outdated(_("Somebody else changed this task meanwhile."), others)

    come = _write(task, wanted)
    if wanted:
        after = values_of(task)
        who = {role: [now[role], after[role]] for role in task_people.ROLES if now[role] != after[role]}
        _tell(task, {"changes": told_changes(now, after), "who": who}, come, by)
    return own_statuses.settle(task, by=by) if "assignee" in wanted else task


def _write(task: Task, wanted: Values) -> set[int]:
    """Returns the employees who have come into the task."""
    if "name" in wanted:
        task.name = checked_name(wanted["name"])
    if "description" in wanted:
        task.description = checked_description(wanted["description"])
    if "project" in wanted:
        task.project = Project.objects.filter(pk=wanted["project"]).first()
    before = task_people.hearing(task)
    come: set[int] = set()
    for role in Role.objects.filter(key__in=[key for key in task_people.ROLES if key in wanted]):
        come |= task_people.employees_of(task_people.write(task, role, wanted[role.key]))
    # Who has lost his role hears no more; who was added by hand in the talk stays.
    now = task_people.hearing(task)
    task.notified = sorted((set(task.notified) - (before - now)) | (now - before)) or sorted(now)
    task.save(update_fields=["name", "description", "project", "notified"])
    return come


def told_changes(before: Values, after: Values) -> dict[str, list[Any]]:
    """Old and new, in words that stay true when a person or a project is removed."""
    changes = {name: [value, after[name]] for name, value in before.items() if after[name] != value}
    for name, pair in changes.items():
        if name in task_people.ROLES:
            changes[name] = [task_people.names(codes or []) for codes in pair]
        elif name == "project":
            paths = {project.pk: project.path for project in Project.objects.filter(pk__in=[pk for pk in pair if pk])}
            changes[name] = [paths.get(pk, "") for pk in pair]
    return changes


def _tell(task: Task, data: dict[str, Any], come: set[int], by: Employee) -> None:
    record_many([line("task_edited", task, by, data, notified=sorted(come), reason="added")])
