"""What a name between the braces means."""

from __future__ import annotations

import re
from functools import cache

from otklik.desk.models import ContactField, TaskField
from otklik.desk.variables.known import GROUPS
from otklik.desk.variables.of_talk import TALK
from otklik.desk.variables.scene import Scene
from otklik.desk.variables.variable import Variable

PART = re.compile(r'"([^"]*)"|([^."]+)')
# Other words for the same; the first that fits counts.
ALIASES = (
    (("задача", "контрагент"), ("task", "client")),
    (("task", "counterparty"), ("task", "client")),
    (("контрагент",), ("task", "client")),
    (("counterparty",), ("task", "client")),
    (("client",), ("task", "client")),
    (("задача", "проект"), ("task", "project")),
    (("проект",), ("task", "project")),
    (("project",), ("task", "project")),
    (("задача",), ("task",)),
)
# What a name without a further part means.
WHOLE = {
    ("task", "client"): "name", ("task", "project"): "path",
    ("task", "assigner"): "name", ("task", "постановщик"): "имя",
    ("task", "assignee"): "name", ("task", "исполнитель"): "имя",
    ("task", "participant"): "name", ("task", "участник"): "имя",
    ("task", "auditor"): "name", ("task", "аудитор"): "имя",
}  # fmt: skip

Key = tuple[str, ...]


def value_of(name: str, scene: Scene) -> str | None:
    """Its value, empty where nothing is known; None: there is no such variable here."""
    key = key_of(name)
    variable = _variables().get(key)
    if variable:
        return variable.value(scene)
    if _is_property(key):
        return scene.property(key[2])
    if _is_parents(key):
        return scene.parents_field(key[2])
    if _is_companys(key):
        return scene.companys_field(key[3])
    return scene.field(key[1]) if _may_be_field(key) else None


def is_known(name: str) -> bool:
    """Whether it means something, in some task. Every name may be one of the client's properties."""
    key = key_of(name)
    if key in _variables() or _is_property(key):
        return True
    if _is_companys(key):
        return _is_name(ContactField, key[3])
    if _is_parents(key):
        return _is_name(TaskField, key[2])
    return _may_be_field(key) and _is_name(TaskField, key[1])


def is_of_talk(name: str) -> bool:
    """Whether it stands for what was said."""
    return _variables().get(key_of(name)) in TALK


def _is_name(model: type[TaskField] | type[ContactField], name: str) -> bool:
    names = model._default_manager.filter(archived_at=None).values_list("name", flat=True)
    return name in {one.casefold() for one in names}


def _same(part: str) -> str:
    """Written with a hyphen or without, it is one word."""
    return "e-mail" if part == "email" else part


def key_of(name: str) -> Key:
    parts = tuple(_same((quoted or plain).strip().casefold()) for quoted, plain in PART.findall(name))
    for alias, meant in ALIASES:
        if parts[: len(alias)] == alias:
            parts = meant + parts[len(alias) :]
            break
    return (*parts, WHOLE[parts]) if parts in WHOLE else parts


def _is_property(key: Key) -> bool:
    return len(key) == 3 and key[:2] == ("task", "client")


def _is_companys(key: Key) -> bool:
    return len(key) == 4 and key[:2] == ("task", "client") and key[2] in ("компания", "company")


def _is_parents(key: Key) -> bool:
    return len(key) == 3 and key[:2] in (("task", "parent"), ("task", "надзадача"))


def _may_be_field(key: Key) -> bool:
    return len(key) == 2 and key[0] == "task"


@cache
def _variables() -> dict[Key, Variable]:
    every = [one for _name, group in GROUPS for one in group]
    return {key_of(name): one for one in every for name in (one.russian, one.english)}
