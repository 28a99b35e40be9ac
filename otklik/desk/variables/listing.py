"""The variables, as they are offered beside a text that takes them."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.desk.models import ContactField, Employee, Task, TaskField
from otklik.desk.models.own_field import OwnField
from otklik.desk.variables.known import GROUPS
from otklik.desk.variables.scene import Scene

PLAIN = re.compile(r"[\w -]+")
LONGEST = 60


class Row(NamedTuple):
    code: str
    meaning: str | Promise
    example: str


class Listed(NamedTuple):
    """`task`: the one from which the examples are."""

    groups: list[tuple[str | Promise, list[Row]]]
    task: Task | None


def listed(reader: Employee) -> Listed:
    """With examples of the latest task that the reader sees, where there is one with a client."""
    tasks = Task.objects.visible_to(reader).kept().order_by("-last_event")
    task = tasks.filter(contact__isnull=False).first() or tasks.first()
    scene = Scene(task, reader) if task else None
    groups = [
        (name, [Row(one.code, one.meaning, _short(one.value(scene)) if scene else "") for one in group])
        for name, group in GROUPS
    ]
    of_task = [
        _of_field(field, "Задача", "Task", scene.field(field.name.casefold()) if scene else None)
        for field in TaskField.objects.filter(archived_at=None)
    ]
    of_client = [
        _of_field(field, "Задача.Контрагент", "Task.Client", scene.property(field.name.casefold()) if scene else None)
        for field in ContactField.objects.filter(archived_at=None)
    ]
    own = [(_("Own fields of tasks"), of_task), (_("Own fields of contacts"), of_client)]
    return Listed([*groups, *((name, rows) for name, rows in own if rows)], task)


def _of_field(field: OwnField, russian: str, english: str, value: str | None) -> Row:
    first = russian if get_language() == "ru" else english
    name = field.name if PLAIN.fullmatch(field.name) else f'"{field.name}"'
    return Row(f"{{{{{first}.{name}}}}}", field.name, _short(value or ""))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
