"""People as variables: of each role, of who writes, of the client and his company (§12)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Contact, Employee, TaskMember
from otklik.desk.variables.scene import Scene
from otklik.desk.variables.variable import Value, Variable, of

Told = Callable[[TaskMember], str]


def _name(member: TaskMember) -> str:
    if member.contact:
        return member.contact.told_name
    who = member.employee or member.group
    return who.name if who else ""


def _position(member: TaskMember) -> str:
    return member.employee.position if member.employee else ""


def _email(member: TaskMember) -> str:
    return member.employee.user.email if member.employee else member.contact.email if member.contact else ""


def _phone(member: TaskMember) -> str:
    who = member.employee or member.contact
    return who.phone if who else ""


def _groups(member: TaskMember) -> str:
    if member.group:
        return member.group.name
    return ", ".join(one.name for one in member.employee.groups.order_by("name")) if member.employee else ""


def _of_role(role: str, told: Told) -> Value:
    """Of everybody in the role, each once."""

    def value(scene: Scene) -> str:
        words = (told(one) for one in scene.members if one.role.key == role)
        return ", ".join(dict.fromkeys(one for one in words if one))

    return value


ROLES: tuple[tuple[str, str, str, dict[str, str | Promise]], ...] = (
    ("assigner", "Постановщик", "Assigner", {
        "name": _("names of the assigners"), "position": _("positions of the assigners"),
        "email": _("e-mails of the assigners"), "phone": _("phones of the assigners"),
        "group": _("groups of the assigners"),
    }),
    ("assignee", "Исполнитель", "Assignee", {
        "name": _("names of the assignees"), "position": _("positions of the assignees"),
        "email": _("e-mails of the assignees"), "phone": _("phones of the assignees"),
        "group": _("groups of the assignees"),
    }),
    ("participant", "Участник", "Participant", {
        "name": _("names of the participants"), "position": _("positions of the participants"),
        "email": _("e-mails of the participants"), "phone": _("phones of the participants"),
        "group": _("groups of the participants"),
    }),
    ("auditor", "Аудитор", "Auditor", {
        "name": _("names of the auditors"), "position": _("positions of the auditors"),
        "email": _("e-mails of the auditors"), "phone": _("phones of the auditors"),
        "group": _("groups of the auditors"),
    }),
)  # fmt: skip
TOLD: tuple[tuple[str, str, str, Told], ...] = (
    ("name", "Имя", "Name", _name),
    ("position", "Должность", "Position", _position),
    ("email", "E-mail", "E-mail", _email),
    ("phone", "Телефон", "Phone", _phone),
    ("group", "Группа", "Group", _groups),
)


def _writer(scene: Scene) -> Employee | None:
    return scene.employee


def _client(scene: Scene) -> Contact | None:
    return scene.client


def _company(scene: Scene) -> Contact | None:
    return scene.company


def _clients_name(scene: Scene) -> str:
    """Whoever sees the task knows it."""
    return scene.task.contact.told_name if scene.task.contact else ""


def _card(client: Contact) -> str:
    return f"{settings.PUBLIC_URL}/contacts/{client.number}/"


PEOPLE = (
    *(
        Variable(f"Задача.{russian}.{part}", f"Task.{english}.{called}", meanings[key], _of_role(role, told))
        for role, russian, english, meanings in ROLES
        for key, part, called, told in TOLD
    ),
    Variable("Сотрудник.Имя", "Employee.Name", _("name of who writes"), of(_writer, lambda one: one.name)),
    Variable(
        "Сотрудник.Должность", "Employee.Position", _("position of who writes"), of(_writer, lambda one: one.position)
    ),
    Variable("Сотрудник.E-mail", "Employee.E-mail", _("e-mail of who writes"), of(_writer, lambda one: one.user.email)),
    Variable("Сотрудник.Телефон", "Employee.Phone", _("phone of who writes"), of(_writer, lambda one: one.phone)),
)
# A visitor who has told no name has none here: nobody is addressed by one that was made up for him (S18).
CLIENT = (
    Variable(
        "Задача.Контрагент.Имя", "Task.Client.Name", _("the client's name"), _clients_name
    ),
    Variable(
        "Задача.Контрагент.E-mail", "Task.Client.E-mail", _("the client's e-mail"), of(_client, lambda one: one.email)
    ),
    Variable(
        "Задача.Контрагент.Телефон", "Task.Client.Phone", _("the client's phone"), of(_client, lambda one: one.phone)
    ),
    Variable(
        "Задача.Контрагент.Номер", "Task.Client.Number", _("number of the client's card"),
        of(_client, lambda one: str(one.number)),
    ),
    Variable("Задача.Контрагент.Ссылка", "Task.Client.Link", _("address of the client's card"), of(_client, _card)),
    Variable(
        "Задача.Контрагент.Заметки", "Task.Client.Notes", _("notes on the client's card"),
        of(_client, lambda one: one.notes),
    ),
    Variable(
        "Задача.Контрагент.Шаблон", "Task.Client.Template", _("template of the client's card"),
        of(_client, lambda one: one.template.name),
    ),
    Variable(
        "Задача.Контрагент.Компания", "Task.Client.Company", _("the company where he works"),
        of(_company, lambda one: one.name),
    ),
    Variable(
        "Задача.Контрагент.Компания.E-mail", "Task.Client.Company.E-mail", _("e-mail of his company"),
        of(_company, lambda one: one.email),
    ),
    Variable(
        "Задача.Контрагент.Компания.Телефон", "Task.Client.Company.Phone", _("phone of his company"),
        of(_company, lambda one: one.phone),
    ),
)  # fmt: skip
