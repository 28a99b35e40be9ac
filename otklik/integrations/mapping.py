"""Which employee is which user of the chat, and as whom visitors see him (S12)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from otklik.desk.models import Employee, TemplateMember
from otklik.integrations.models import ChatUser, Connection
from otklik.integrations.voices import Voice, common_voice, voice_of_user


@dataclass(frozen=True, slots=True)
class Row:
    """`user` None: the chat has none with his e-mail, as far as is known; he speaks in the common name."""

    employee: Employee
    user: ChatUser | None
    # As whom visitors see him while the option is on.
    voice: Voice


def mapping(connection: Connection) -> list[Row]:
    """Everybody who may reply over this account: its people, those of its template, administrators."""
    users = {user.email: user for user in connection.chat_users.all()}
    common = common_voice(connection)
    rows = []
    for employee in _who_may_reply(connection):
        user = users.get(employee.user.email.lower())
        rows.append(Row(employee, user, voice_of_user(user, employee) if user else common))
    return rows


def without_user(connection: Connection) -> list[Employee]:
    return [row.employee for row in mapping(connection) if row.user is None]


def _who_may_reply(connection: Connection) -> list[Employee]:
    assignees = TemplateMember.objects.filter(template=connection.task_template_id, role__key="assignee")
    groups = Q(groups__in=connection.groups.all()) | Q(groups__in=assignees.values("group"))
    people = Q(pk__in=connection.employees.all()) | Q(pk__in=assignees.values("employee")) | groups
    administrators = Q(role__in=[Employee.AccountRole.OWNER, Employee.AccountRole.ADMINISTRATOR])
    found = Employee.objects.active().filter(people | administrators).distinct()
    return list(found.select_related("user").order_by("user__name", "pk"))
