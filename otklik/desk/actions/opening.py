"""Opening tasks by their templates, many at once (S07, S10, S14, §1.3, §12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from otklik.desk.actions import absences, template_plans, turns
from otklik.desk.actions.batch import Reserved, Rows
from otklik.desk.actions.clients import Client
from otklik.desk.actions.incoming import Channel, Enquiry
from otklik.desk.models import Contact, Employee, Task, TaskMember, TaskTemplate
from otklik.desk.variables import Scene, filled
from otklik.lib.text import clean_name

Member = tuple[int, int | None, int | None, int | None]  # role, employee, group, contact


@dataclass(slots=True)
class NewTask:
    channel: Channel
    client: Client
    enquiry: Enquiry | None
    reason: str
    previous_id: int | None
    # Filled in by `open_many`.
    id: int = 0
    number: int = 0
    notified: list[int] = field(default_factory=list)
    plan: template_plans.Plan = template_plans.NOTHING


@dataclass(slots=True)
class Template:
    task_name: str
    description: str
    project_id: int | None
    status_id: int
    joining: str
    expands_groups: bool
    due_count: int | None
    due_unit: str
    checklist: str
    # (field, value) of own fields.
    values: list[tuple[int, Any]]
    has_parts: bool
    members: list[Member] = field(default_factory=list)

    def plan(self, template_id: int) -> template_plans.Plan:
        unfolds = self.has_parts or self.joining in (TaskTemplate.Joining.SUBTASKS, TaskTemplate.Joining.ITEMS)
        unfolds_by = template_id if unfolds else None
        return template_plans.Plan(self.due_count, self.due_unit, self.checklist, self.values, unfolds_by)


class Templates:
    """The templates of a batch, with their people."""

    def __init__(self, reserved: Reserved) -> None:
        self.templates = {row[0]: Template(*row[1:]) for row in reserved.templates or ()}
        for template_id, *member in reserved.members or ():
            self.templates[template_id].members.append((member[0] or 0, member[1], member[2], member[3]))
        self.roles = reserved.roles
        self.hearing_roles = set(reserved.hearing_roles or ())
        self.blocked = set(reserved.blocked or ())
        self.people_of_groups: dict[int, list[int]] = {}
        for group_id, employee_id in reserved.people or ():
            self.people_of_groups.setdefault(group_id, []).append(employee_id)

    @cached_property
    def away(self) -> set[int]:
        """Who is away today; asked for once, and only where tasks go round."""
        return absences.away_today()

    def members_of(self, task: NewTask) -> list[Member]:
        """The client as assigner and counterparty (S14), then the template's people and those of the account (S10)."""
        members: list[Member] = [
            (self.roles["assigner"], None, None, task.client.contact_id),
            (self.roles["counterparty"], None, None, task.client.contact_id),
            *self.templates[task.channel.task_template_id].members,
        ]
        assignee = self.roles["assignee"]
        members += [(assignee, employee, None, None) for employee in task.channel.employees]
        members += [(assignee, None, group, None) for group in task.channel.groups]
        if self.templates[task.channel.task_template_id].expands_groups:
            members = self._expanded(members)
        if not any(role == assignee for role, *_who in members):
            fallback = task.channel.fallback_employee_id or _owner()
            members += [(assignee, fallback, None, None)] if fallback else []
        if self.templates[task.channel.task_template_id].joining == TaskTemplate.Joining.TURN:
            members = self._in_turn(task.channel.task_template_id, members)
        return members

    def _expanded(self, members: list[Member]) -> list[Member]:
        """Groups among the assignees by their present people, each once."""
        assignee = self.roles["assignee"]
        expanded: dict[Member, None] = {}
        for member in members:
            role, _employee, group, _contact = member
            people = self.people_of_groups.get(group, []) if role == assignee and group else None
            by_name = [(role, one, None, None) for one in people] if people is not None else [member]
            expanded.update(dict.fromkeys(by_name))
        return list(expanded)

    def _in_turn(self, template_id: int, members: list[Member]) -> list[Member]:
        """Of the assignees, those of groups among them, the one whose turn it is."""
        assignee = self.roles["assignee"]
        people = turns.in_order(
            [employee for role, employee, _group, _contact in members if role == assignee and employee],
            [
                self.people_of_groups.get(group, [])
                for role, _who, group, _contact in members
                if role == assignee and group
            ],
            without=self.blocked,
        )
        if not people:
            return members
        others = [member for member in members if member[0] != assignee]
        return [*others, (assignee, turns.next_of(template_id, people, self.away), None, None)]

    def notified(self, members: list[Member]) -> list[int]:
        """Employees in roles that hear of the client's messages; those of groups too."""
        heard: dict[int, None] = {}
        for role, employee, group, _contact in members:
            if role in self.hearing_roles:
                heard.update(dict.fromkeys([employee] if employee else self.people_of_groups.get(group or 0, [])))
        return list(heard)


def open_many(tasks: list[NewTask], reserved: Reserved, rows: Rows) -> None:
    """Opens them with numbers of their own, members and the set of those who hear of the client's messages. Fills in
    `id`, `number` and `notified`."""
    templates = Templates(reserved)
    ids, numbers = reserved.task_ids or (), reserved.task_numbers or ()
    for task, task_id, number in zip(tasks, ids, numbers, strict=True):
        task.id, task.number = task_id, number
        members = templates.members_of(task)
        task.notified = templates.notified(members)
        template = templates.templates[task.channel.task_template_id]
        task.plan = template.plan(task.channel.task_template_id)
        rows.of["tasks"].append(_row(task, template, members, rows))
        rows.of["members"] += [
            {"task": task_id, "role": role, "employee": employee, "group": group, "contact": contact}
            for role, employee, group, contact in members
        ]


def _row(task: NewTask, template: Template, members: list[Member], rows: Rows) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": task.id,
        "number": task.number,
        "name": template.task_name,
        "description": template.description,
        "additional_data": additional_data(task.enquiry),
        "status": template.status_id,
        "project": template.project_id,
        "template": task.channel.task_template_id,
        "contact": task.client.contact_id,
        "source": task.channel.source_id,
        "previous": task.previous_id,
        "earlier_lines": task.channel.earlier_lines,
        "reason": task.reason,
        "joining": template.joining,
        "notified": task.notified,
    }
    if "{{" in template.task_name + template.description:
        _fill_in(row, _scene(task, row, members, rows))
    row["name"] = (row["name"] or f"{task.client.name} ({task.channel.label})")[:300]
    return row


def _fill_in(row: dict[str, Any], scene: Scene) -> None:
    """Puts what is known of the task into its name, then into its description (§12)."""
    scene.task.name = row["name"] = clean_name(filled(row["name"], scene), 300)
    row["description"] = filled(row["description"], scene)


def _scene(task: NewTask, row: dict[str, Any], members: list[Member], rows: Rows) -> Scene:
    """The task as it is going to be stored. A client who is new is not stored yet either."""
    client = next((one for one in rows.of["contacts"] if one["id"] == task.client.contact_id), task.client.contact)
    told = {
        name: client[name]
        for name in ("number", "name", "made_up_name", "email", "phone", "properties")
        if name in client
    }
    future = Task(
        number=task.number,
        additional_data=row["additional_data"],
        status_id=row["status"],
        project_id=row["project"],
        template_id=row["template"],
        source_id=row["source"],
        contact=Contact(id=task.client.contact_id, **told),
    )
    names = ("role_id", "employee_id", "group_id", "contact_id")
    people = [TaskMember(**dict(zip(names, member, strict=True))) for member in members]
    for one in people:
        if one.contact_id == task.client.contact_id:
            one.contact = future.contact
    return Scene(future, None, people)


def additional_data(enquiry: Enquiry | None) -> list[dict[str, Any]]:
    """City, pages, source and device as the quote under the first message (S15). Titles are keys: a page shows them in
    the reader's language."""
    if enquiry is None:
        return []
    pages = [{"text": title or link, "link": link} for title, link in enquiry.pages]
    system = " · ".join(part for part in (enquiry.os or enquiry.device, enquiry.browser) if part)
    parts = [
        {"title": "", "lines": [{"text": enquiry.place}] if enquiry.place else []},
        {"title": "pages", "lines": pages},
        {"title": "source", "lines": [{"text": enquiry.source}] if enquiry.source else []},
        {"title": "", "lines": [{"text": system}] if system else []},
    ]
    return [part for part in parts if part["lines"]]


def _owner() -> int | None:
    owner = Employee.objects.active().filter(role=Employee.AccountRole.OWNER).order_by("pk").first()
    return owner.pk if owner else None
