"""The demo company: a small shop, four people, two groups, the templates by which its chats become tasks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from otklik.demo import quick_replies
from otklik.desk.actions.numbers import next_number
from otklik.desk.models import (
    ContactTemplate,
    Employee,
    Group,
    Project,
    Role,
    StatusSet,
    TaskTemplate,
    TemplateMember,
)
from otklik.people.models import User

DOMAIN = "polevoy-svet.example"
SHOP = "Полевой свет"

# name, sign-in, account role, position
PEOPLE = [
    ("Ольга Ветрова", "olga", Employee.AccountRole.OWNER, "Директор"),
    ("Павел Громов", "pavel", Employee.AccountRole.USER, "Поддержка"),
    ("Алиса Семёнова", "alice", Employee.AccountRole.USER, "Поддержка"),
    ("Борис Лунин", "boris", Employee.AccountRole.USER, "Склад"),
]


@dataclass(frozen=True)
class Company:
    owner: Employee
    # Who talks with clients.
    answering: list[Employee]
    support: Group
    task_template: TaskTemplate
    contact_template: ContactTemplate


def email_of(sign_in: str) -> str:
    return f"{sign_in}@{DOMAIN}"


def new_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


def make_people(known_passwords: dict[str, str]) -> dict[str, str]:
    """The four employees; returns their passwords by e-mail. A password that is not known any more is made anew."""
    passwords = {}
    for name, sign_in, role, position in PEOPLE:
        email = email_of(sign_in)
        user = User.objects.filter(email=email).first() or User(email=email, name=name)
        password = known_passwords.get(email, "")
        if not user.pk or not user.check_password(password):
            password = new_password()
            user.set_password(password)
            user.save()
        Employee.objects.get_or_create(user=user, defaults={"role": role, "position": position})
        passwords[email] = password
    return passwords


def make_company() -> Company:
    """Groups, project and templates; what is there already stays as people have changed it."""
    employees = {employee.user.email: employee for employee in Employee.objects.select_related("user")}
    answering = [employees[email_of("pavel")], employees[email_of("alice")]]
    support = _group("Поддержка", answering)
    _group("Склад", [employees[email_of("boris")]])
    quick_replies.make_them()
    template = TaskTemplate.objects.filter(own_name="Обращение с сайта").first() or _template(support)
    return Company(
        owner=employees[email_of("olga")],
        answering=answering,
        support=support,
        task_template=template,
        contact_template=_contact_template(),
    )


def _group(name: str, members: list[Employee]) -> Group:
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        group.members.set(members)
    return group


def _template(support: Group) -> TaskTemplate:
    clients, _ = Project.objects.get_or_create(name="Клиенты", parent=None)
    project, _ = Project.objects.get_or_create(name="Входящие запросы клиентов", parent=clients)
    template = TaskTemplate.objects.create(
        number=next_number(),
        own_name="Обращение с сайта",
        project=project,
        status_set=StatusSet.objects.get(key="standard"),
    )
    TemplateMember.objects.create(template=template, role=Role.objects.get(key="assignee"), group=support)
    return template


def _contact_template() -> ContactTemplate:
    return ContactTemplate.objects.get_or_create(own_name="Клиент магазина", defaults={"place": 10})[0]
