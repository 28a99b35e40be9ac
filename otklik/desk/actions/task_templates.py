"""Templates of tasks: applied once, when a task is made; later changes do not touch it (§12)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from otklik.desk import variables
from otklik.desk.actions import checklists, people, projects, template_along, template_parts
from otklik.desk.actions.account_rights import check_brings_nobody
from otklik.desk.actions.events import record
from otklik.desk.actions.numbers import next_number
from otklik.desk.actions.users import told_users
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, Project, Role, StatusSet, TaskTemplate, TemplateMember
from otklik.lib.text import clean, clean_name

# Whom a template gives to its tasks; assigner and counterparty is their client.
ROLES = ("assignee", "participant", "auditor")
LIMITS = {"name": 200, "task_name": 300, "description": 10000}
LATEST_DUE = 3650

# name, task_name, description, joining, expands_groups, due_count (None: no due date), due_unit, checklist; project,
# status_set: ids, the project's may be None; a list of people for each of ROLES; and the values of `template_along`.
Values = dict[str, Any]


def values_of(template: TaskTemplate) -> Values:
    """What can be edited of a template."""
    values: Values = {
        "name": template.own_name,
        "task_name": template.task_name,
        "description": template.description,
        "project": template.project_id,
        "status_set": template.status_set_id,
        "joining": template.joining,
        "expands_groups": template.expands_groups,
        "due_count": template.due_count,
        "due_unit": template.due_unit,
        "checklist": template.checklist,
        **{role: [] for role in ROLES},
    }
    members = template.members.filter(role__key__in=ROLES, contact=None).select_related("role")
    for member in members:
        who = f"group-{member.group_id}" if member.group_id else f"employee-{member.employee_id}"
        values[member.role.key].append(who)
    return values | {role: sorted(values[role]) for role in ROLES} | template_along.values_of(template)


@transaction.atomic
def make(values: Values, *, new_project: str = "", by: Employee) -> TaskTemplate:
    """Raises NotAllowed, Refused."""
    _check_right(by)
    template_parts.hold()
    last = TaskTemplate.objects.aggregate(last=Max("place"))["last"] or 0
    template = TaskTemplate(number=next_number(), place=last + 1)
    _write(template, values, new_project, by)
    record("template_made", by=by, template=template.pk, number=template.number, name=template.own_name)
    return template


@transaction.atomic
def change(
    template: TaskTemplate, values: Values, *, seen: Values, new_project: str = "", by: Employee
) -> TaskTemplate:
    """`seen`: the values when they were shown. `new_project`: a project to be made inside the chosen one. Raises
    NotAllowed, Outdated, Refused."""
    _check_right(by)
    template_parts.hold()
    template = _locked(template)
    now = values_of(template)
    others = {name: value for name, value in now.items() if seen.get(name) != value}
    if others:
        raise Outdated(_("Somebody else changed this template meanwhile."), others)
    _write(template, values, new_project, by)
    changes = {name: [now[name], value] for name, value in values_of(template).items() if value != now[name]}
    if changes:
        record("template_edited", by=by, template=template.pk, changes=changes)
    return template


@transaction.atomic
def remove(template: TaskTemplate, *, by: Employee) -> None:
    """Tasks that were made by it stay as they are. Raises NotAllowed; Refused for the standard one, and for one by
    which tasks are still to be made."""
    _check_right(by)
    template = _locked(template)
    if template.key:
        raise Refused("template", _("The standard template can be edited, but not deleted."))
    gone = template.pk
    try:
        with transaction.atomic():
            template.delete()
    except ProtectedError as error:
        wanted = _("Choose another template there first.")
        raise Refused("template", f"{told_users(error)} {wanted}") from error
    record("template_removed", by=by, template=gone, name=template.own_name)


def _check_right(by: Employee) -> None:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change templates."))


def _locked(template: TaskTemplate) -> TaskTemplate:
    found = TaskTemplate.objects.select_for_update(of=("self",)).filter(pk=template.pk).first()
    if found is None:
        raise Refused("template", _("This template is not there any more."))
    return found


def _write(template: TaskTemplate, values: Values, new_project: str, by: Employee) -> None:
    template.own_name = _checked_name(template, values["name"])
    template.task_name = _readable("task_name", clean_name(values["task_name"], LIMITS["task_name"] + 1))
    template.description = _readable("description", clean(values["description"]).strip())
    template.project = Project.objects.filter(pk=values["project"]).first()
    if clean_name(new_project):
        template.project = projects.make(new_project, parent=template.project, by=by)
    statuses = StatusSet.objects.filter(pk=values["status_set"]).first()
    if statuses is None:
        raise Refused("status_set", _("This set of statuses is not there any more."))
    template.status_set = statuses
    if values["joining"] not in TaskTemplate.Joining:
        raise Refused("joining", _("Choose how assignees come to their task."))
    template.joining, template.expands_groups = values["joining"], values.get("expands_groups", False)
    _write_plan(template, values)
    people_before = values_of(template) if template.pk else {role: [] for role in ROLES}
    template.save()
    for role in Role.objects.filter(key__in=ROLES):
        check_brings_nobody(by, people_before[role.key], values[role.key], role.key)
        _write_members(template, role, values[role.key])
    template_along.write(template, values)


def _write_plan(template: TaskTemplate, values: Values) -> None:
    count, unit = values.get("due_count"), values.get("due_unit", TaskTemplate.DueUnit.DAYS)
    if count is not None and not 0 <= count <= LATEST_DUE:
        raise Refused("due_count", _("At most %(limit)s.") % {"limit": LATEST_DUE})
    if unit not in TaskTemplate.DueUnit:
        raise Refused("due_count", _("Choose hours or days."))
    template.due_count, template.due_unit = count, unit
    steps = [clean_name(line, checklists.LIMIT + 1) for line in clean(values.get("checklist", "")).splitlines()]
    steps = [step for step in steps if step]
    if any(len(step) > checklists.LIMIT for step in steps):
        raise Refused("checklist", _("At most %(limit)s characters fit here.") % {"limit": checklists.LIMIT})
    if len(steps) > checklists.MOST:
        raise Refused("checklist", _("A checklist has at most %(limit)s items.") % {"limit": checklists.MOST})
    template.checklist = "\n".join(steps)


def _write_members(template: TaskTemplate, role: Role, chosen: list[str]) -> None:
    """Those who stay keep their place; who comes is put behind them."""
    employees, groups = people.ids(chosen, "employee"), people.ids(chosen, "group")
    members = template.members.filter(role=role, contact=None)
    members.exclude(employee__in=employees).exclude(group__in=groups).delete()
    kept = set(members.values_list("employee", "group"))
    wanted = [*((None, group) for group in groups), *((employee, None) for employee in employees)]
    TemplateMember.objects.bulk_create(
        [
            TemplateMember(template=template, role=role, employee_id=employee, group_id=group)
            for employee, group in wanted
            if (employee, group) not in kept
        ]
    )


def _checked_name(template: TaskTemplate, name: str) -> str:
    name = _fitting("name", clean_name(name, LIMITS["name"] + 1))
    if not name and not template.key:
        raise Refused("name", _("Give the template a name."))
    others = TaskTemplate.objects.exclude(pk=template.pk)
    if name and name.casefold() in {other.name.casefold() for other in others}:
        raise Refused("name", _("There is a template with this name already."))
    return name


def _readable(field: str, text: str) -> str:
    unknown = variables.unknown_in(_fitting(field, text))
    if unknown:
        raise Refused(field, _("There is no variable “%(name)s”.") % {"name": unknown})
    return text


def _fitting(field: str, text: str) -> str:
    if len(text) > LIMITS[field]:
        raise Refused(field, _("At most %(limit)s characters fit here.") % {"limit": LIMITS[field]})
    return text
