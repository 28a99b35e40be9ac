"""Opening tasks by their templates, many at once (S07, S10, S14, §1.3, §12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from otklik.desk.incoming import Channel, Enquiry
from otklik.desk.models import Employee, Group, Role, TaskTemplate, TemplateMember
from otklik.lib.pg import as_json, run


@dataclass(slots=True)
class NewTask:
    channel: Channel
    contact_id: int
    client_name: str
    enquiry: Enquiry | None
    reason: str
    previous_id: int | None
    # Filled in by `open_many`.
    id: int = 0
    number: int = 0
    notified: list[int] = field(default_factory=list)


MAKE = """
WITH wanted AS (
    SELECT * FROM json_to_recordset(%b::json) AS w(
        place bigint, name text, description text, additional_data jsonb, status bigint, project bigint, template bigint,
        contact bigint, source bigint, previous bigint, reason text, notified bigint[])
), counter AS (
    UPDATE desk_counter SET value = value + %s WHERE name = 'number' RETURNING value - %s AS before
)
INSERT INTO desk_task (number, name, description, additional_data, status_id, project_id, template_id, contact_id,
    source_id, previous_id, reason, comment_count, last_event, notified, created_at, updated_at)
SELECT before + place, name, description, additional_data, status, project, template, contact,
    source, previous, reason, 0, 0, notified, now(), now()
FROM wanted, counter ORDER BY place
RETURNING id, number
"""

ADD_MEMBERS = """
INSERT INTO desk_taskmember (task_id, role_id, employee_id, group_id, contact_id)
SELECT task, role, employee, "group", contact FROM json_to_recordset(%b::json) AS m(
    task bigint, role bigint, employee bigint, "group" bigint, contact bigint)
ON CONFLICT DO NOTHING
"""

Member = tuple[int, int | None, int | None, int | None]  # role, employee, group, contact


class Templates:
    """What a batch needs of its templates, read once and locked in order until the commit."""

    def __init__(self, ids: Iterable[int]) -> None:
        templates = TaskTemplate.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(no_key=True)
        self.templates = {template.pk: template for template in templates}
        self.roles = dict(Role.objects.values_list("key", "pk"))
        self.members: dict[int, list[Member]] = {pk: [] for pk in self.templates}
        for member in TemplateMember.objects.filter(template__in=self.templates).order_by("pk"):
            self.members[member.template_id].append(
                (member.role_id, member.employee_id, member.group_id, member.contact_id)
            )
        self.statuses = {pk: _first_status(template) for pk, template in self.templates.items()}
        people = Group.members.through.objects.filter(employee__user__is_active=True)
        self.people_of_groups: dict[int, list[int]] = {}
        for group_id, employee_id in people.values_list("group_id", "employee_id"):
            self.people_of_groups.setdefault(group_id, []).append(employee_id)

    def members_of(self, task: NewTask) -> list[Member]:
        """The client as assigner and counterparty (S14), then the template's people and those of the account (S10)."""
        members: list[Member] = [
            (self.roles["assigner"], None, None, task.contact_id),
            (self.roles["counterparty"], None, None, task.contact_id),
            *self.members[task.channel.task_template_id],
        ]
        assignee = self.roles["assignee"]
        members += [(assignee, employee, None, None) for employee in task.channel.employees]
        members += [(assignee, None, group, None) for group in task.channel.groups]
        if not any(role == assignee for role, *_who in members):
            fallback = task.channel.fallback_employee_id or _owner()
            members += [(assignee, fallback, None, None)] if fallback else []
        return members

    def notified(self, members: list[Member]) -> list[int]:
        """Employees among the assignees; those of groups too."""
        heard: dict[int, None] = {}
        for role, employee, group, _contact in members:
            if role == self.roles["assignee"]:
                heard.update(dict.fromkeys([employee] if employee else self.people_of_groups.get(group or 0, [])))
        return list(heard)


def open_many(tasks: list[NewTask]) -> None:
    """Opens them with numbers of their own, members and the set of those who hear of the client's messages. Fills in
    `id`, `number` and `notified`."""
    templates = Templates(task.channel.task_template_id for task in tasks)
    members = [templates.members_of(task) for task in tasks]
    rows = []
    for place, (task, who) in enumerate(zip(tasks, members, strict=True), start=1):
        template = templates.templates[task.channel.task_template_id]
        task.notified = templates.notified(who)
        rows.append(
            {
                "place": place,
                "name": (template.task_name or f"{task.client_name} ({task.channel.label})")[:300],
                "description": template.description,
                "additional_data": additional_data(task.enquiry),
                "status": templates.statuses[template.pk],
                "project": template.project_id,
                "template": template.pk,
                "contact": task.contact_id,
                "source": task.channel.source_id,
                "previous": task.previous_id,
                "reason": task.reason,
                "notified": task.notified,
            }
        )
    made = sorted(run(MAKE, as_json(rows), len(rows), len(rows)), key=lambda row: int(row[1]))
    for task, (task_id, number) in zip(tasks, made, strict=True):
        task.id, task.number = task_id, number
    run(
        ADD_MEMBERS,
        as_json(
            [
                {"task": task.id, "role": role, "employee": employee, "group": group, "contact": contact}
                for task, who in zip(tasks, members, strict=True)
                for role, employee, group, contact in who
            ]
        ),
    )


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


def _first_status(template: TaskTemplate) -> int:
    statuses = template.status_set.statuses
    first = statuses.filter(key="new").first() or statuses.filter(is_active=True).first() or statuses.get(place=0)
    return first.pk


def _owner() -> int | None:
    owner = Employee.objects.active().filter(role=Employee.AccountRole.OWNER).order_by("pk").first()
    return owner.pk if owner else None
