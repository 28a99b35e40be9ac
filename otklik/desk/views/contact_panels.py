"""What stands on a contact's card beside its data (§4.4): tasks with his roles, files, projects, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from otklik.desk import rights
from otklik.desk.models import Contact, ContactAccess, Employee, File, Project, Task, TaskMember
from otklik.desk.models.comment import seen_by
from otklik.desk.models.task import ROLE_NAMES

MOST = 50
MOST_FILES = 30
MOST_PEOPLE = 100


@dataclass
class Row:
    task: Task
    # What he is in it; a company's people have roles of their own.
    roles: list[str] = field(default_factory=list)


def panels(contact: Contact, employee: Employee) -> dict[str, Any]:
    """For the template. Only of tasks that this employee may see."""
    his = _clients(contact)
    visible = Task.objects.visible_to(employee).kept()
    tasks = _tasks(contact, his, visible)
    shown = list(_files(contact, employee, visible)[: MOST_FILES + 1])
    return {
        "tasks": tasks[:MOST],
        "tasks_more": len(tasks) > MOST,
        "files": shown[:MOST_FILES],
        "files_more": len(shown) > MOST_FILES,
        "projects": Project.objects.filter(pk__in=visible.filter(his).values("project")).order_by("name", "pk")[:MOST],
        "seen_by": _seen_by(contact),
        "may_see_reports": rights.may_see_reports(employee),
    }


def files_of(contact: Contact, employee: Employee) -> QuerySet[File]:
    """Of the conversations with him, as far as this employee may see them, the latest first."""
    return _files(contact, employee, Task.objects.visible_to(employee).kept())


def _files(contact: Contact, employee: Employee, visible: QuerySet[Task]) -> QuerySet[File]:
    files = File.objects.filter(task__in=visible.filter(_clients(contact)), state=File.State.STORED)
    kept = files.filter(seen_by(employee, "comment__"), comment__isnull=False, comment__withdrawn_at=None)
    return kept.select_related("task").order_by("-pk")


def _clients(contact: Contact) -> Q:
    """Tasks whose client he is, or one who belongs to the company."""
    # What a batch wrote while a merge was being made still names the merged contact. One by one, not through a join:
    # so the database begins with them, and not with all tasks.
    cards = [contact.pk, *(one.pk for one in contact.merged.all())]
    if contact.template.is_company:
        return Q(contact__in=Contact.objects.filter(Q(pk__in=cards) | Q(company__in=cards)).values("pk"))
    return Q(contact__in=cards)


def _tasks(contact: Contact, his: Q, visible: QuerySet[Task]) -> list[Row]:
    # Two ways, each by its index; together in one condition they would walk through all tasks.
    with_role = TaskMember.objects.filter(contact=contact).values("task")
    newest = [
        list(visible.filter(condition).order_by("-number").values_list("number", flat=True)[: MOST + 1])
        for condition in (his, Q(pk__in=with_role))
    ]
    numbers = sorted({*newest[0], *newest[1]}, reverse=True)[: MOST + 1]
    tasks = Task.objects.filter(number__in=numbers).select_related("status", "contact").order_by("-number")
    rows = {task.pk: Row(task) for task in tasks}
    members = TaskMember.objects.filter(contact=contact, task__in=rows).select_related("role").order_by("role")
    for member in members:
        rows[member.task_id].roles.append(member.role.name)
    for row in rows.values():
        if row.task.contact_id == contact.pk and not row.roles:
            row.roles.append(str(ROLE_NAMES["counterparty"]))
    return list(rows.values())


def _seen_by(contact: Contact) -> list[Employee]:
    """Everybody who works here, or those chosen; administrators also see all tasks of a client."""
    people = Employee.objects.active().select_related("user")
    if contact.is_restricted:
        rows = ContactAccess.objects.filter(contact=contact)
        named = Q(pk__in=rows.values("employee")) | Q(groups__in=rows.values("group"))
        people = people.filter(named | Q(role__in=("owner", "administrator"))).distinct()
    return list(people.order_by("user__name", "pk")[:MOST_PEOPLE])
