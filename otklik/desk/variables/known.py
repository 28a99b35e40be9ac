"""The variables that every account has (§12), in the groups in which they are offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.desk import additional_data
from otklik.desk.models import Due, Task, TaskMember
from otklik.desk.variables.scene import Scene


class Variable(NamedTuple):
    russian: str
    english: str
    meaning: str | Promise
    value: Callable[[Scene], str]

    @property
    def code(self) -> str:
        """As one types it in the reader's language."""
        name = self.russian if get_language() == "ru" else self.english
        return f"{{{{{name}}}}}"


def _of_client(field: str) -> Callable[[Scene], str]:
    return lambda scene: str(getattr(scene.task.contact, field, "") or "")


def _client_name(scene: Scene) -> str:
    """Nothing for a visitor who has told none: nobody is addressed by a name that was made up for him (S18)."""
    return scene.task.contact.told_name if scene.task.contact else ""


def _of_writer(field: str) -> Callable[[Scene], str]:
    return lambda scene: str(getattr(scene.employee, field, "") or "")


def _company(scene: Scene) -> str:
    contact = scene.task.contact
    return contact.company.name if contact and contact.company else ""


def _name(member: TaskMember) -> str:
    if member.contact:
        return member.contact.told_name
    who = member.employee or member.group
    return who.name if who else ""


def _names(role: str) -> Callable[[Scene], str]:
    return lambda scene: ", ".join(name for one in scene.members if one.role.key == role and (name := _name(one)))


def _positions(role: str) -> Callable[[Scene], str]:
    def positions(scene: Scene) -> str:
        people = [one.employee for one in scene.members if one.role.key == role and one.employee]
        return ", ".join(one.position for one in people if one.position)

    return positions


def _address(scene: Scene) -> str:
    return f"{settings.PUBLIC_URL}/tasks/{scene.task.number}/"


def _due(scene: Scene) -> str:
    due = Due.objects.filter(task=scene.task.pk).first() if scene.task.pk else None
    return date_format(due.day, "SHORT_DATE_FORMAT") if due else ""


def _project(field: str) -> Callable[[Scene], str]:
    return lambda scene: str(getattr(scene.task.project, field, "") or "")


def _of_parent(value: Callable[[Task], str]) -> Callable[[Scene], str]:
    return lambda scene: value(scene.parent) if scene.parent else ""


def _now(how: str, find: Callable[[datetime], datetime] = lambda now: now) -> Callable[[Scene], str]:
    """`how`: the name of a format, or a format of Django's."""
    return lambda scene: date_format(find(timezone.localtime()), how)


def _later(days: int) -> Callable[[datetime], datetime]:
    return lambda now: now + timedelta(days=days)


def _weekday(day: int) -> Callable[[datetime], datetime]:
    """0: this week's Monday."""
    return lambda now: now + timedelta(days=day - now.weekday())


def _month_end(now: datetime) -> datetime:
    return (now.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _quarter(scene: Scene) -> str:
    return str((timezone.localdate().month + 2) // 3)


DAY = "SHORT_DATE_FORMAT"
TASK = (
    Variable("Задача.Номер", "Task.Number", _("number of the task"), lambda scene: str(scene.task.number)),
    Variable("Задача.Название", "Task.Name", _("name of the task"), lambda scene: scene.task.name),
    Variable("Задача.Описание", "Task.Description", _("description of the task"), lambda scene: scene.task.description),
    Variable("Задача.Статус", "Task.Status", _("status of the task"), lambda scene: scene.task.status.name),
    Variable("Задача.Ссылка", "Task.Link", _("address of the task"), _address),
    Variable("Задача.Срок", "Task.Due", _("until when it is to be done"), _due),
    Variable(
        "Задача.Дата создания", "Task.Created", _("the day on which it was made"),
        lambda scene: date_format(timezone.localtime(scene.task.created_at), DAY),
    ),
    Variable(
        "Задача.Шаблон", "Task.Template", _("the template of the task"),
        lambda scene: scene.task.template.name if scene.task.template else "",
    ),
    Variable(
        "Задача.Источник", "Task.Source", _("the site from which he writes"),
        lambda scene: scene.task.source.name if scene.task.source else "",
    ),
    Variable(
        "Задача.Дополнительные данные описания", "Task.Additional data",
        _("his place, pages and source, as on the task"),
        lambda scene: additional_data.as_text(scene.task.additional_data),
    ),
    Variable(
        "Задача.Надзадача.Номер", "Task.Parent.Number", _("number of the task of which it is a part"),
        _of_parent(lambda task: str(task.number)),
    ),
    Variable(
        "Задача.Надзадача.Название", "Task.Parent.Name", _("name of the task of which it is a part"),
        _of_parent(lambda task: task.name),
    ),
)  # fmt: skip
PEOPLE = (
    Variable("Задача.Постановщик.Имя", "Task.Assigner.Name", _("names of the assigners"), _names("assigner")),
    Variable("Задача.Исполнитель.Имя", "Task.Assignee.Name", _("names of the assignees"), _names("assignee")),
    Variable(
        "Задача.Исполнитель.Должность", "Task.Assignee.Position", _("positions of the assignees"),
        _positions("assignee"),
    ),
    Variable("Задача.Участник.Имя", "Task.Participant.Name", _("names of the participants"), _names("participant")),
    Variable("Задача.Аудитор.Имя", "Task.Auditor.Name", _("names of the auditors"), _names("auditor")),
    Variable("Сотрудник.Имя", "Employee.Name", _("name of who writes"), _of_writer("name")),
    Variable("Сотрудник.Должность", "Employee.Position", _("position of who writes"), _of_writer("position")),
)  # fmt: skip
CLIENT = (
    Variable("Задача.Контрагент.Имя", "Task.Client.Name", _("the client's name"), _client_name),
    Variable("Задача.Контрагент.E-mail", "Task.Client.E-mail", _("the client's e-mail"), _of_client("email")),
    Variable("Задача.Контрагент.Телефон", "Task.Client.Phone", _("the client's phone"), _of_client("phone")),
    Variable("Задача.Контрагент.Номер", "Task.Client.Number", _("number of the client's card"), _of_client("number")),
    Variable("Задача.Контрагент.Компания", "Task.Client.Company", _("the company where he works"), _company),
)
PROJECT = (
    Variable("Задача.Проект.Название", "Task.Project.Name", _("name of the project"), _project("name")),
    Variable("Задача.Проект.Путь", "Task.Project.Path", _("the project with those above it"), _project("path")),
)
SYSTEM = (
    Variable("Системные.Сегодня", "System.Today", _("today's date"), _now(DAY)),
    Variable("Системные.Завтра", "System.Tomorrow", _("tomorrow's date"), _now(DAY, _later(1))),
    Variable("Системные.Вчера", "System.Yesterday", _("yesterday's date"), _now(DAY, _later(-1))),
    Variable("Системные.Через неделю", "System.In a week", _("the date in a week"), _now(DAY, _later(7))),
    Variable("Системные.Сейчас", "System.Now", _("date and time"), _now("SHORT_DATETIME_FORMAT")),
    Variable("Системные.Время", "System.Time", _("time of the day"), _now("H:i")),
    Variable("Системные.День", "System.Day", _("day of the month"), _now("j")),
    Variable("Системные.День недели", "System.Weekday", _("day of the week"), _now("l")),
    Variable("Системные.Неделя", "System.Week", _("number of the week"), _now("W")),
    Variable("Системные.Месяц", "System.Month", _("number of the month"), _now("m")),
    Variable("Системные.Название месяца", "System.Name of month", _("name of the month"), _now("F")),
    Variable("Системные.Квартал", "System.Quarter", _("number of the quarter"), _quarter),
    Variable("Системные.Год", "System.Year", _("year"), _now("Y")),
    Variable("Системные.Начало недели", "System.Start of week", _("Monday of this week"), _now(DAY, _weekday(0))),
    Variable("Системные.Конец недели", "System.End of week", _("Sunday of this week"), _now(DAY, _weekday(6))),
    Variable(
        "Системные.Начало месяца", "System.Start of month", _("first day of this month"),
        _now(DAY, lambda now: now.replace(day=1)),
    ),
    Variable("Системные.Конец месяца", "System.End of month", _("last day of this month"), _now(DAY, _month_end)),
    Variable(
        "Системные.Начало года", "System.Start of year", _("first day of this year"),
        _now(DAY, lambda now: now.replace(month=1, day=1)),
    ),
    Variable(
        "Системные.Конец года", "System.End of year", _("last day of this year"),
        _now(DAY, lambda now: now.replace(month=12, day=31)),
    ),
)  # fmt: skip

GROUPS: tuple[tuple[str | Promise, tuple[Variable, ...]], ...] = (
    (_("Task"), TASK),
    (_("People"), PEOPLE),
    (_("Client"), CLIENT),
    (_("Project"), PROJECT),
    (_("Date and time"), SYSTEM),
)
