"""Orders of a list of tasks, and places in them: a page begins behind a place and not after so many rows, so that tasks
that move meanwhile neither repeat nor hide others."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from otklik.desk.models import Due, Task
from otklik.desk.models.task import TaskQuerySet

Names = tuple[str, ...]
Key = int | str | date
# A task's id, and where it stands.
Place = tuple[int, str]
ALL = Q()


@dataclass(frozen=True)
class Part:
    """Tasks that stand in an order by the same keys. What an order goes by is not there for all of them: those without
    it come behind the others, whichever way the order goes."""

    names: Names
    of: Q = ALL


# By the number, so that it is a strict comparison: the database begins with the clients, by their names, then.
WITH_CLIENT = Q(contact__number__gte=0, contact__merged_into=None)
WITHOUT_CLIENT = Q(contact=None) | Q(contact__merged_into__isnull=False)
WITH_DUE = Q(due__isnull=False)
# Looked up task by task, and not joined with all of them.
WITHOUT_DUE = Q(~Exists(Due.objects.filter(task=OuterRef("pk"))))
NUMBERED = ("-number",)

ORDERS: dict[str, tuple[Part, ...]] = {
    "latest": (Part(("-last_event", "-number")),),
    "longest": (Part(("last_event", "number")),),
    "newest": (Part(("-number",)),),
    "oldest": (Part(("number",)),),
    "due": (Part(("due__day", "due_time", "number"), WITH_DUE), Part(NUMBERED, WITHOUT_DUE)),
    "due_last": (Part(("-due__day", "-due_time", "-number"), WITH_DUE), Part(NUMBERED, WITHOUT_DUE)),
    "name": (Part(("name_key", "number")),),
    "name_last": (Part(("-name_key", "-number")),),
    "client": (Part(("client_key", "number"), WITH_CLIENT), Part(NUMBERED, WITHOUT_CLIENT)),
    "client_last": (Part(("-client_key", "-number"), WITH_CLIENT), Part(NUMBERED, WITHOUT_CLIENT)),
    # Within a status the latest first; there is an index for it.
    "status": (Part(("status_id", "-last_event", "-number")),),
    "status_last": (Part(("-status_id", "last_event", "number")),),
}
# A whole day is over at its end, behind all its moments.
WHOLE_DAY = 2**62
OWN_KEYS: dict[str, Any] = {
    "due_time": RawSQL("coalesce(floor(extract(epoch FROM desk_due.at))::bigint, %s)", (WHOLE_DAY,)),
    "name_key": Lower(F("name")),
    "client_key": Lower(F("contact__name")),
}
TEXTS, DAYS = ("name_key", "client_key"), ("due__day",)
LARGEST, LONGEST = 2**63, 2000


def first(
    tasks: TaskQuerySet, sort: str, size: int, before: str = "", *, forward: bool = True
) -> list[tuple[int, str]]:
    """Ids of the first tasks behind the place, and where each of them stands; from the beginning when it is none."""
    found: list[Place] = []
    for index, there in _parts_behind(tasks, sort, before, forward=forward):
        fields = [_plain(name) for name in ORDERS[sort][index].names]
        rows = there.values_list("pk", *fields)[: size - len(found)]
        found += [(pk, _place(index, keys)) for pk, *keys in rows]
        if len(found) == size:
            break
    return found


def place_of(task: Task, sort: str) -> str:
    """Where a task stands, also one that is not in the list any more."""
    return next((place for _pk, place in first(Task.objects.filter(pk=task.pk), sort, 1)), "")


def _parts_behind(tasks: TaskQuerySet, sort: str, before: str, *, forward: bool) -> Iterator[tuple[int, TaskQuerySet]]:
    """In their order, each as far as it stands behind the place."""
    at, keys = _read(before, sort) or (None, [])
    parts = list(enumerate(ORDERS[sort]))
    for index, part in parts if forward else reversed(parts):
        if at is not None and (index < at if forward else index > at):
            continue
        names = part.names if forward else tuple(_turned(name) for name in part.names)
        own = {name: OWN_KEYS[name] for name in map(_plain, names) if name in OWN_KEYS}
        there = tasks.filter(part.of).annotate(**own)
        yield index, (there.filter(_beyond(names, keys)) if index == at else there).order_by(*names)


def _beyond(names: Names, keys: Sequence[Key]) -> Q:
    later, same = Q(), Q()
    for name, key in zip(names, keys, strict=True):
        later |= same & Q(**{f"{_plain(name)}__{'lt' if name.startswith('-') else 'gt'}": key})
        same &= Q(**{_plain(name): key})
    return later


def _plain(name: str) -> str:
    return name.lstrip("-")


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _place(index: int, keys: Sequence[Key]) -> str:
    """As an address carries it."""
    written = json.dumps([index, *keys], ensure_ascii=False, default=str)
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read(before: str, sort: str) -> tuple[int, list[Key]] | None:
    if not before or len(before) > LONGEST or not before.isascii():
        return None
    try:
        read = json.loads(urlsafe_b64decode(before + "=" * (-len(before) % 4)))
        index, *written = read if isinstance(read, list) else []
        if type(index) is not int or index < 0:
            return None
        pairs = zip(ORDERS[sort][index].names, written, strict=True)
        return index, [_key(_plain(name), value) for name, value in pairs]
    # The last one: of lists in lists without an end.
    except (ValueError, IndexError, RecursionError):
        return None


def _key(name: str, value: object) -> Key:
    """Raises ValueError for what is no such key."""
    if name in TEXTS or name in DAYS:
        if not isinstance(value, str) or "\0" in value:
            raise ValueError(name)
        # Half a pair of surrogates is no text of a database; this raises ValueError, too.
        value.encode()
        return date.fromisoformat(value) if name in DAYS else value
    if type(value) is not int or not 0 <= value < LARGEST:
        raise ValueError(name)
    return value
