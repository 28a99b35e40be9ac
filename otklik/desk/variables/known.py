"""The variables that every account has (§12), in the groups in which they are offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk import additional_data
from otklik.desk.models import Due, Task
from otklik.desk.variables.of_people import CLIENT, PEOPLE
from otklik.desk.variables.of_talk import TALK
from otklik.desk.variables.of_time import DAY, SYSTEM
from otklik.desk.variables.scene import Scene
from otklik.desk.variables.variable import Value, Variable, of

__all__ = ["GROUPS", "Variable"]


def _address(scene: Scene) -> str:
    return _address_of(scene.task)


def _address_of(task: Task) -> str:
    return f"{settings.PUBLIC_URL}/tasks/{task.number}/"


def _day(find: Callable[[Task], datetime | None]) -> Value:
    def value(scene: Scene) -> str:
        at = find(scene.task)
        return date_format(timezone.localtime(at), DAY) if at else ""

    return value


def _due(scene: Scene) -> str:
    due = Due.objects.filter(task=scene.task.pk).first() if scene.task.pk else None
    return date_format(due.day, "SHORT_DATE_FORMAT") if due else ""


def _project(field: str) -> Value:
    return lambda scene: str(getattr(scene.task.project, field, "") or "")


def _parent(scene: Scene) -> Task | None:
    return scene.parent


TASK = (
    Variable("Задача.Номер", "Task.Number", _("number of the task"), lambda scene: str(scene.task.number)),
    Variable("Задача.Название", "Task.Name", _("name of the task"), lambda scene: scene.task.name),
    Variable("Задача.Описание", "Task.Description", _("description of the task"), lambda scene: scene.task.description),
    Variable("Задача.Статус", "Task.Status", _("status of the task"), lambda scene: scene.task.status.name),
    Variable("Задача.Ссылка", "Task.Link", _("address of the task"), _address),
    Variable("Задача.Срок", "Task.Due", _("until when it is to be done"), _due),
    Variable(
        "Задача.Дата создания", "Task.Created", _("the day on which it was made"),
        _day(lambda task: task.created_at),
    ),
    Variable(
        "Задача.Дата завершения", "Task.Completed", _("the day on which it was completed"),
        _day(lambda task: task.completed_at),
    ),
    Variable(
        "Задача.Дата изменения", "Task.Changed", _("the day on which something happened in it last"),
        _day(lambda task: task.updated_at),
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
        of(_parent, lambda task: str(task.number)),
    ),
    Variable(
        "Задача.Надзадача.Название", "Task.Parent.Name", _("name of the task of which it is a part"),
        of(_parent, lambda task: task.name),
    ),
    Variable(
        "Задача.Надзадача.Статус", "Task.Parent.Status", _("status of the task of which it is a part"),
        of(_parent, lambda task: task.status.name),
    ),
    Variable(
        "Задача.Надзадача.Ссылка", "Task.Parent.Link", _("address of the task of which it is a part"),
        of(_parent, _address_of),
    ),
    Variable(
        "Задача.Надзадача.Исполнитель", "Task.Parent.Assignee", _("assignees of the task of which it is a part"),
        lambda scene: scene.parents_assignees,
    ),
)  # fmt: skip
PROJECT = (
    Variable("Задача.Проект.Название", "Task.Project.Name", _("name of the project"), _project("name")),
    Variable("Задача.Проект.Путь", "Task.Project.Path", _("the project with those above it"), _project("path")),
)

GROUPS: tuple[tuple[str | Promise, tuple[Variable, ...]], ...] = (
    (_("Task"), TASK),
    (_("People"), PEOPLE),
    (_("Client"), CLIENT),
    (_("Conversation"), TALK),
    (_("Project"), PROJECT),
    (_("Date and time"), SYSTEM),
)
