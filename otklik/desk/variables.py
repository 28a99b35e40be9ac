"""Words that stand for what a task knows, such as the client's name (§12): `{{Задача.Номер}}`, in English
`{{Task.Number}}`; `{{Task.Client.Name|dear client}}` says what stands there when nothing is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.desk import additional_data
from otklik.desk.models import Employee, Task

FILLED = re.compile(r"\{\{\s*([^{}|]{1,200}?)\s*(?:\|([^{}]{0,200}))?\}\}")


class Scene(NamedTuple):
    """Of which task, and for whom who writes, the words are filled in."""

    task: Task
    employee: Employee


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


VARIABLES = (
    Variable("Задача.Номер", "Task.Number", _("number of the task"), lambda scene: str(scene.task.number)),
    Variable("Задача.Название", "Task.Name", _("name of the task"), lambda scene: scene.task.name),
    Variable("Задача.Статус", "Task.Status", _("status of the task"), lambda scene: scene.task.status.name),
    Variable("Задача.Контрагент.Имя", "Task.Client.Name", _("the client's name"), _of_client("name")),
    Variable("Задача.Контрагент.E-mail", "Task.Client.E-mail", _("the client's e-mail"), _of_client("email")),
    Variable("Задача.Контрагент.Телефон", "Task.Client.Phone", _("the client's phone"), _of_client("phone")),
    Variable(
        "Задача.Источник", "Task.Source", _("the site from which he writes"),
        lambda scene: scene.task.source.name if scene.task.source else "",
    ),
    Variable(
        "Задача.Дополнительные данные описания", "Task.Additional data",
        _("his place, pages and source, as on the task"),
        lambda scene: additional_data.as_text(scene.task.additional_data),
    ),
    Variable("Сотрудник.Имя", "Employee.Name", _("name of who writes"), lambda scene: scene.employee.name),
    Variable(
        "Системные.Сегодня", "System.Today", _("today's date"),
        lambda scene: date_format(timezone.localdate(), "SHORT_DATE_FORMAT"),
    ),
)  # fmt: skip
_KNOWN = {name.casefold(): one for one in VARIABLES for name in (one.russian, one.english)}


class Filled(NamedTuple):
    """`missing`: known words that have no value here and no fallback; they stand in the text as they were."""

    text: str
    missing: list[str]


def fill(text: str, scene: Scene) -> Filled:
    """Values are plain text. What is no variable of ours is nothing (§12: unknown is empty)."""
    missing: list[str] = []

    def value_of(found: re.Match[str]) -> str:
        variable = _KNOWN.get(found[1].casefold())
        value = variable.value(scene) if variable else ""
        if value or found[2] is not None or variable is None:
            return value or (found[2] or "").strip()
        missing.append(found[1])
        return found[0]

    return Filled(FILLED.sub(value_of, text), missing)


def filled(text: str, scene: Scene) -> str:
    """For texts that nobody looks at before they go: what is not known is empty (§12)."""
    return FILLED.sub("", fill(text, scene).text)


def left_in(text: str) -> str:
    """The first of our variables that still stands in a text, or nothing: such a text is not ready to be sent."""
    names = (found[1] for found in FILLED.finditer(text))
    return next((name for name in names if name.casefold() in _KNOWN), "")


def unknown_in(text: str) -> str:
    """The first variable of a text that there is not, or nothing."""
    names = (found[1] for found in FILLED.finditer(text))
    return next((name for name in names if name.casefold() not in _KNOWN), "")
