"""What a scenario asks (contracts/planfix-behaviour.md §11.2): rows of a field, an operator and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otklik.desk.scenarios.conditions import of_clients, of_dates, of_event, of_parents, of_people, of_task
from otklik.desk.scenarios.conditions.asking import MOST_TEXT, Field, Looked, compared
from otklik.desk.scenarios.conditions.of_event import OF_EVENT
from otklik.desk.scenarios.conditions.operators import FIELD

__all__ = [
    "MOST_TEXT", "OF_EVENT", "Field", "Looked", "asked", "comparable", "compared", "field_of", "fields", "holds",
]  # fmt: skip

_OF_TASK = {**of_task.FIELDS, **of_people.FIELDS, **of_dates.FIELDS}
# In the order in which they are offered.
FIELDS: dict[str, Field] = {**_OF_TASK, **of_event.FIELDS, **of_clients.FIELDS}
_OF_PARENTS = of_parents.of(_OF_TASK, {})


def fields() -> dict[str, Field]:
    """All that may be asked now, the account's own fields with them."""
    own = of_task.own()
    return {**FIELDS, **of_clients.own(), **own, **of_parents.of(_OF_TASK, own)}


def field_of(key: str) -> Field | None:
    """None: there is no such field, or not any more."""
    # Own fields are looked up only where one is meant.
    return FIELDS.get(key) or _OF_PARENTS.get(key) or (fields().get(key) if "field-" in key else None)


def comparable(key: str, field: Field, among: Mapping[str, Field]) -> dict[str, Field]:
    """Fields with which this one may be compared."""
    return {other: one for other, one in among.items() if other != key and one.kind == field.kind}


def holds(row: Mapping[str, Any], looked: Looked) -> bool:
    """Whether one row holds. A field that is unknown does not."""
    return asked(row, looked)[0]


def asked(row: Mapping[str, Any], looked: Looked) -> tuple[bool, Any]:
    """Whether one row holds, and what was found in its field."""
    field = field_of(str(row.get("field", "")))
    if field is None:
        return False, None
    found = field.found(looked)
    return compared(field, row, found, other=_other(field, row, looked)), found


def _other(field: Field, row: Mapping[str, Any], looked: Looked) -> Any:
    operator = field.operators.get(str(row.get("operator")))
    if operator is None or operator.takes != FIELD or not row.get("values"):
        return None
    other = field_of(str(row["values"][0]))
    return other.found(looked) if other and other.kind == field.kind else None
