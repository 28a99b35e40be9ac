"""Tasks that an employee makes by hand (contracts/planfix-behaviour.md §6, §7, §12)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import own_statuses, variables
from otklik.desk.actions import absences, competing, subtasks, task_people, template_parts, template_plans, turns
from otklik.desk.actions.events import record
from otklik.desk.actions.numbers import next_number
from otklik.desk.errors import Refused
from otklik.desk.models import (
    Contact,
    Employee,
    OwnStatus,
    Project,
    Role,
    Status,
    StatusSet,
    Task,
    TaskMember,
    TaskTemplate,
)
from otklik.lib.text import clean, clean_name

LIMITS = {"name": 300, "description": 10000}

# name, description; project, contact, template: ids or None; a list of people's codes for each of task_people.ROLES.
Values = dict[str, Any]
# Codes of people by the keys of their roles.
People = dict[str, list[str]]


@transaction.atomic
def make(values: Values, *, by: Employee, parent: Task | None = None, is_share: bool = False) -> Task:
    """Whoever makes it is its assigner; the template adds its own people. A task that somebody gives to himself alone
    is accepted already. With `parent` it is a part of that task. `is_share`: it is one assignee's share of a task of
    the same template, so that neither the template's people nor its subtasks come along. Raises NotAllowed, Refused."""
    task, people = prepared(values, by=by, is_part=parent is not None, is_share=is_share)
    task.status = first_status(task.status.set_id, is_own=is_own(task, people, by))
    write(task, people, by=by)
    accept_own(task, by)
    task.notified = sorted(task_people.hearing(task) | {by.pk})
    task.save(update_fields=["notified"])
    if parent:
        subtasks.attach(task, parent=parent, by=by)
    is_own_name = bool(clean_name(values["name"]))
    fill_in(task, by, is_own_name=is_own_name, is_own_description=bool(values["description"]))
    if not is_share:
        unfold(task, by)
    record("task_created", task=task, contact=task.contact, by=by, notified=task.notified, reason="assigned")
    return task


def prepared(values: Values, *, by: Employee, is_part: bool = False, is_share: bool = False) -> tuple[Task, People]:
    """What is to be written, and who is to be in it; nothing is written yet. Raises Refused."""
    template = _template(values.get("template"))
    if not is_part:
        template_parts.hold_turns(template)
    contact = _contact(values.get("contact"))
    name = checked_name(values["name"] or template.task_name or (contact.name if contact else ""))
    project = values.get("project") or template.project_id or 0
    task = Task(
        number=next_number(),
        name=name,
        description=checked_description(values["description"]) or template.description,
        project=Project.objects.filter(pk=project).first(),
        template=template,
        contact=contact,
        reason="by_hand",
        joining=TaskTemplate.Joining.ALL if is_share else template.joining,
        status=first_status(template.status_set_id, is_own=False),
    )
    return task, {"assignee": values["assignee"]} if is_share else _people(values, template)


def write(task: Task, people: People, *, by: Employee) -> None:
    """The task with its people and with what its template plans."""
    task.save()
    _write_members(task, people, by)
    if task.template:
        template_plans.write_many([(task.pk, template_plans.plan_of(task.template))])


def unfold(task: Task, by: Employee) -> None:
    """Its template's parts and shares."""
    # They are made here again.
    from otklik.desk.actions import unfolding

    if task.template:
        unfolding.unfold(task, task.template, by=by)


def fill_in(task: Task, by: Employee, *, is_own_name: bool, is_own_description: bool) -> None:
    """Puts what is known of the task into its name, then into its description, once (§12). What somebody typed himself
    keeps braces that mean nothing here."""
    if "{{" not in task.name + task.description:
        return
    scene = variables.Scene(task, by)
    name, description, task.name, task.description = task.name, task.description, "", ""
    text = variables.filled(name, scene, unknown_stays=is_own_name)
    fallback = task.contact.name if task.contact else ""
    task.name = checked_name(text or fallback)
    text = variables.filled(description, scene, unknown_stays=is_own_description)
    task.description = checked_description(text)
    task.save(update_fields=["name", "description"])


def is_own(task: Task, people: People, by: Employee) -> bool:
    """Whether its creator gives it to himself alone, and nobody has to accept it: where the first to accept has it, and
    where its set says so, he accepts like everybody else (§6)."""
    if people["assignee"] != [f"employee-{by.pk}"] or competing.is_contested(task):
        return False
    return StatusSet.objects.filter(pk=task.status.set_id, accepts_own=True).exists()


def accept_own(task: Task, by: Employee) -> None:
    """Its creator who is one of several assignees is not asked either: he has accepted for himself (§6)."""
    of = own_statuses.standing(task)
    party = of.of(by)
    accepted = Status.objects.filter(set=task.status.set_id, set__accepts_own=True, key="in_progress").first()
    if accepted and party and not party.is_group and own_statuses.asks_each(task, of):
        OwnStatus.objects.create(task=task, employee=by, status=accepted)


def first_status(set_id: int, *, is_own: bool) -> Status:
    """As for tasks of chats; one's own is in progress, where the set has such a status (§6)."""
    statuses = list(Status.objects.filter(set=set_id).order_by("place"))
    wanted = "in_progress" if is_own else "new"
    return min(statuses, key=lambda one: (one.key != wanted, one.key != "new", not one.is_active, one.place))


def checked_name(name: str) -> str:
    """Raises Refused."""
    name = clean_name(name, LIMITS["name"] + 1)
    if not name:
        raise Refused("name", _("Give the task a name."))
    return _fitting("name", name)


def checked_description(text: str) -> str:
    """Raises Refused."""
    return _fitting("description", clean(text).strip())


def _fitting(field: str, text: str) -> str:
    if len(text) > LIMITS[field]:
        raise Refused(field, _("At most %(limit)s characters fit here.") % {"limit": LIMITS[field]})
    return text


def _template(pk: int | None) -> TaskTemplate:
    template = TaskTemplate.objects.filter(pk=pk).first() if pk else TaskTemplate.objects.get(key="standard")
    if template is None:
        raise Refused("template", _("This template is not there any more."))
    return template


def _contact(pk: int | None) -> Contact | None:
    if not pk:
        return None
    contact = Contact.objects.filter(pk=pk).select_related("merged_into").first()
    if contact is None:
        raise Refused("client", _("This contact is not there any more."))
    return contact.merged_into or contact


def _people(values: Values, template: TaskTemplate) -> People:
    """Those chosen, then the template's."""
    people = {role: list(values.get(role, [])) for role in task_people.ROLES}
    members = template.members.filter(role__key__in=task_people.ROLES, contact=None)
    for role, employee, group in members.values_list("role__key", "employee", "group"):
        people[role].append(task_people.Who(employee, group).code)
    found = {role: list(dict.fromkeys(codes)) for role, codes in people.items()}
    # Whoever chooses somebody himself does not wait for his turn.
    if template.joining == TaskTemplate.Joining.TURN and not values.get("assignee"):
        found["assignee"] = _in_turn(template, found["assignee"])
    if template.expands_groups:
        named = task_people.employees_of(task_people.chosen(found["assignee"]))
        found["assignee"] = [f"employee-{pk}" for pk in sorted(named)]
    return found


def _in_turn(template: TaskTemplate, codes: list[str]) -> list[str]:
    people = sorted(task_people.employees_of(task_people.chosen(codes)))
    return [f"employee-{turns.next_of(template.pk, people, absences.away_today())}"] if people else codes


def _write_members(task: Task, people: People, by: Employee) -> None:
    roles = {role.key: role for role in Role.objects.all()}
    TaskMember.objects.create(task=task, role=roles["assigner"], employee=by)
    if task.contact:
        TaskMember.objects.create(task=task, role=roles["counterparty"], contact=task.contact)
    for key, codes in people.items():
        task_people.write(task, roles[key], codes)
