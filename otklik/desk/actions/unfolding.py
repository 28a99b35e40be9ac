"""What a template makes of a new task once it is there: a subtask or a step for each assignee, subtasks by further
templates (contracts/planfix-behaviour.md §7, §12).

A task made by hand unfolds in its own transaction. Chats come in batches that must stay quick: there a row says that
a task is still to unfold, and a job does it."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import override

from otklik.desk.actions import checklists, company, making, subtasks, task_people, template_parts
from otklik.desk.actions.events import record_many
from otklik.desk.actions.locking import to_plan
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import DeskError
from otklik.desk.models import ChecklistItem, Employee, Group, Subtask, Task, TaskTemplate, Unfolding
from otklik.desk.scenarios.robot import robot

log = logging.getLogger(__name__)

Joining = TaskTemplate.Joining


def unfold_next() -> bool:
    """Unfolds one of the tasks that wait; False: there are none. Several workers take different ones."""
    with transaction.atomic():
        rows = Unfolding.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        row = rows.select_related("task__project", "template").first()
        if row is None:
            return False
        row.delete()
        if row.task.trashed_at is None:
            with override(company.language()):
                _unfold_or_tell(row.task, row.template)
    return True


def _unfold_or_tell(task: Task, template: TaskTemplate) -> None:
    """What cannot be made is told in the task, and stops no other."""
    by = robot()
    task = to_plan(task, by)
    try:
        with transaction.atomic():
            template_parts.hold_turns(template)
            unfold(task, template, by=by)
    except DeskError as error:
        record_many([line("unfolding_failed", task, by, {"note": str(error)})])
    except Exception:
        # The row goes all the same: otherwise it would be the next one for ever.
        log.exception("Task %s was not unfolded.", task.number)
        record_many([line("unfolding_failed", task, by, {"note": ""})])


@transaction.atomic
def unfold(task: Task, template: TaskTemplate, *, by: Employee) -> None:
    """Makes what the template says of this task, in the name of whoever made it. What would stand too deep is left
    out."""
    who = task_people.chosen(task_people.of_task(task)["assignee"])
    if task.joining == Joining.ITEMS:
        _steps(task, who)
    if len(subtasks.ancestors(task)) + 1 >= subtasks.DEPTH:
        return
    if task.joining == Joining.SUBTASKS:
        for one in who:
            _part(task, template, by, assignee=[one.code], name=task.name, description=task.description)
    for part in TaskTemplate.objects.filter(wholes__template=template).order_by("wholes__place", "wholes__pk"):
        _part(task, part, by)


def _part(task: Task, template: TaskTemplate, by: Employee, **values: object) -> None:
    """A subtask with the project and the client of the whole."""
    if Subtask.objects.filter(parent=task).count() >= subtasks.MOST:
        return
    name = "" if template.task_name else template.name[: making.LIMITS["name"]]
    given = {"name": name, "description": "", "project": task.project_id, "contact": task.contact_id}
    is_share = "assignee" in values
    making.make({**given, "template": template.pk, **values}, by=by, parent=task, is_share=is_share)


def _steps(task: Task, who: list[task_people.Who]) -> None:
    """A step for each, behind those of the template; it belongs to the person whose name it bears."""
    place = ChecklistItem.objects.filter(task=task).count()
    groups = Group.objects.in_bulk([one.group for one in who if one.group])
    people = Employee.objects.select_related("user").in_bulk([one.employee for one in who if one.employee])
    items = []
    for one in who[: checklists.MOST - place]:
        name = groups[one.group].name if one.group else people[one.employee or 0].name
        place += 1
        items.append(ChecklistItem(task=task, text=name, place=place, assignee_id=one.employee))
    ChecklistItem.objects.bulk_create(items)
