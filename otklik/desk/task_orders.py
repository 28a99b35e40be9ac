"""Orders of a list of tasks, and places in them: a page begins behind a place and not after so many rows, so that tasks
that move meanwhile neither repeat nor hide others."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Lower

from otklik.desk.models import Task
from otklik.desk.models.task import TaskQuerySet

Names = tuple[str, ...]
Keys = Sequence[int | str]

ORDERS: dict[str, Names] = {
    "latest": ("-last_event", "-number"),
    "longest": ("last_event", "number"),
    "newest": ("-number",),
    "oldest": ("number",),
    # Only tasks that have a due date; all others would stand behind them, and are found by the other orders.
    "due": ("due_key", "number"),
    "due_last": ("-due_key", "-number"),
    # Sorted anew for each page: an index for them would be paid with every message.
    "name": ("name_key", "number"),
    "name_last": ("-name_key", "-number"),
    "client": ("client_key", "number"),
    "client_last": ("-client_key", "-number"),
    # Within a status the latest first; there is an index for it.
    "status": ("status_id", "-last_event", "-number"),
    "status_last": ("-status_id", "last_event", "number"),
}
OF_DUE = ("due", "due_last")
# A whole day is over at its end; for an order it need not be known in whose zone.
DUE_KEY = RawSQL(
    "floor(extract(epoch FROM coalesce(desk_due.at, (desk_due.day + 1)::timestamp AT TIME ZONE 'UTC')))::bigint", ()
)
OWN_KEYS: dict[str, Any] = {
    "due_key": DUE_KEY,
    "name_key": Lower(F("name")),
    "client_key": Lower(Coalesce(F("contact__name"), Value(""))),
}
LARGEST, LONGEST = 2**63, 2000


def ordered(tasks: TaskQuerySet, sort: str, *, forward: bool = True) -> TaskQuerySet:
    return _with_keys(tasks, sort).order_by(*_names(sort, forward=forward))


def keys_of(tasks: TaskQuerySet, sort: str, size: int) -> list[tuple[int, Keys]]:
    """Ids of the first tasks, and by what each of them stands where it does."""
    fields = [name.lstrip("-") for name in ORDERS[sort]]
    return [(row[0], row[1:]) for row in ordered(tasks, sort).values_list("pk", *fields)[:size]]


def place_of(task: Task, sort: str) -> str:
    """Where a task stands, also one that is not in the list any more."""
    tasks = Task.objects.filter(pk=task.pk)
    found = keys_of(tasks.filter(due__isnull=False) if sort in OF_DUE else tasks, sort, 1)
    return place(found[0][1] if found else [0, task.number])


def place(keys: Keys) -> str:
    """As an address carries it."""
    return urlsafe_b64encode(json.dumps(list(keys), ensure_ascii=False).encode()).decode().rstrip("=")


def beyond(tasks: TaskQuerySet, sort: str, before: str, *, forward: bool = True) -> TaskQuerySet:
    """Those behind the place; all of them when it is none."""
    names = _names(sort, forward=forward)
    keys = _read(before, names)
    if keys is None:
        return tasks
    later, same = Q(), Q()
    for name, key in zip(names, keys, strict=True):
        field, step = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        later |= same & Q(**{f"{field}__{step}": key})
        same &= Q(**{field: key})
    return _with_keys(tasks, sort).filter(later)


def _names(sort: str, *, forward: bool) -> Names:
    names = ORDERS[sort]
    return names if forward else tuple(name[1:] if name.startswith("-") else f"-{name}" for name in names)


def _with_keys(tasks: TaskQuerySet, sort: str) -> TaskQuerySet:
    own = [name.lstrip("-") for name in ORDERS[sort] if name.lstrip("-") in OWN_KEYS]
    missing = {name: OWN_KEYS[name] for name in own if name not in tasks.query.annotations}
    return tasks.annotate(**missing) if missing else tasks


def _read(before: str, names: Names) -> list[int | str] | None:
    if not before or len(before) > LONGEST or not before.isascii():
        return None
    try:
        keys = json.loads(urlsafe_b64decode(before + "=" * (-len(before) % 4)))
    except ValueError:
        return None
    if not isinstance(keys, list) or len(keys) != len(names):
        return None
    for name, key in zip(names, keys, strict=True):
        is_text = name.lstrip("-") in ("name_key", "client_key")
        if is_text and not (isinstance(key, str) and "\0" not in key):
            return None
        if not is_text and not (type(key) is int and 0 <= key < LARGEST):
            return None
    return keys
