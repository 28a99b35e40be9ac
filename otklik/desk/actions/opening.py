"""Opening tasks by their templates, many at once (S07, S10, S14, §1.3, §12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from otklik.desk.actions.incoming import Channel, Enquiry
from otklik.desk.models import Employee
from otklik.lib.pg import as_json, post, run


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


RESERVE = """
WITH counter AS (
    UPDATE desk_counter SET value = value + %s WHERE name = 'number' RETURNING value
)
SELECT (SELECT array_agg(nextval('desk_task_id_seq')) FROM generate_series(1, %s)), (SELECT value FROM counter)
"""

MAKE = """
INSERT INTO desk_task (id, number, name, description, additional_data, status_id, project_id, template_id, contact_id,
    source_id, previous_id, reason, comment_count, last_event, notified, created_at, updated_at)
SELECT id, number, name, description, additional_data, status, project, template, contact,
    source, previous, reason, 0, 0, notified, now(), now()
FROM json_to_recordset(%b::json) AS w(
    id bigint, number bigint, name text, description text, additional_data jsonb, status bigint, project bigint,
    template bigint, contact bigint, source bigint, previous bigint, reason text, notified bigint[])
"""

ADD_MEMBERS = """
INSERT INTO desk_taskmember (task_id, role_id, employee_id, group_id, contact_id)
SELECT task, role, employee, "group", contact FROM json_to_recordset(%b::json) AS m(
    task bigint, role bigint, employee bigint, "group" bigint, contact bigint)
ON CONFLICT DO NOTHING
"""

# Locked in order until the commit: an employee who changes a template meanwhile waits.
TEMPLATES = """
SELECT t.id, t.task_name, t.description, t.project_id, (
        SELECT s.id FROM desk_status s WHERE s.set_id = t.status_set_id
        ORDER BY s.key = 'new' DESC, s.is_active DESC, s.place LIMIT 1)
FROM desk_tasktemplate t WHERE t.id = ANY(%b::bigint[]) ORDER BY t.id FOR SHARE OF t
"""
MEMBERS = """
SELECT m.template_id, m.role_id, m.employee_id, m.group_id, m.contact_id
FROM desk_templatemember m WHERE m.template_id = ANY(%b::bigint[]) ORDER BY m.id
"""
ROLES = "SELECT key, id FROM desk_role"
PEOPLE_OF_GROUPS = """
SELECT m.group_id, m.employee_id FROM desk_group_members m
JOIN desk_employee e ON e.id = m.employee_id JOIN people_user u ON u.id = e.user_id WHERE u.is_active ORDER BY m.id
"""

Member = tuple[int, int | None, int | None, int | None]  # role, employee, group, contact


@dataclass(slots=True)
class Template:
    task_name: str
    description: str
    project_id: int | None
    status_id: int
    members: list[Member] = field(default_factory=list)


class Templates:
    """What a batch needs of its templates, read once."""

    def __init__(self, ids: Iterable[int]) -> None:
        wanted = sorted(set(ids))
        templates, members = post(TEMPLATES, wanted), post(MEMBERS, wanted)
        roles, people = post(ROLES), post(PEOPLE_OF_GROUPS)
        self.templates = {row[0]: Template(*row[1:]) for row in templates.rows()}
        for template_id, *member in members.rows():
            self.templates[template_id].members.append(tuple(member))
        self.roles: dict[str, int] = {row[0]: row[1] for row in roles.rows()}
        self.people_of_groups: dict[int, list[int]] = {}
        for group_id, employee_id in people.rows():
            self.people_of_groups.setdefault(group_id, []).append(employee_id)

    def members_of(self, task: NewTask) -> list[Member]:
        """The client as assigner and counterparty (S14), then the template's people and those of the account (S10)."""
        members: list[Member] = [
            (self.roles["assigner"], None, None, task.contact_id),
            (self.roles["counterparty"], None, None, task.contact_id),
            *self.templates[task.channel.task_template_id].members,
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
    ids, last = run(RESERVE, len(tasks), len(tasks))[0]
    rows, members = [], []
    for place, (task, task_id) in enumerate(zip(tasks, ids, strict=True), start=1):
        task.id, task.number = task_id, last - len(tasks) + place
        who = templates.members_of(task)
        task.notified = templates.notified(who)
        rows.append(_row(task, templates.templates[task.channel.task_template_id]))
        members += [
            {"task": task_id, "role": role, "employee": employee, "group": group, "contact": contact}
            for role, employee, group, contact in who
        ]
    post(MAKE, as_json(rows))
    post(ADD_MEMBERS, as_json(members))


def _row(task: NewTask, template: Template) -> dict[str, Any]:
    return {
        "id": task.id,
        "number": task.number,
        "name": (template.task_name or f"{task.client_name} ({task.channel.label})")[:300],
        "description": template.description,
        "additional_data": additional_data(task.enquiry),
        "status": template.status_id,
        "project": template.project_id,
        "template": task.channel.task_template_id,
        "contact": task.contact_id,
        "source": task.channel.source_id,
        "previous": task.previous_id,
        "reason": task.reason,
        "notified": task.notified,
    }


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
