"""What a scenario asks (contracts/planfix-behaviour.md §11.2): rows of a field, an operator and values."""

from __future__ import annotations

from typing import Any

from otklik.desk.scenarios.conditions import of_event, of_task
from otklik.desk.scenarios.conditions.asking import MOST_TEXT, OPERATORS, Field, Looked, compared
from otklik.desk.scenarios.conditions.of_event import OF_EVENT

__all__ = ["MOST_TEXT", "OF_EVENT", "OPERATORS", "Field", "Looked", "compared", "field_of", "fields", "holds"]

# In the order in which they are offered.
FIELDS: dict[str, Field] = {**of_task.FIELDS, **of_event.FIELDS}


def fields() -> dict[str, Field]:
    """All that may be asked now, the account's own fields with them."""
    return {**FIELDS, **of_task.own()}


def field_of(key: str) -> Field | None:
    """None: there is no such field, or not any more."""
    return FIELDS.get(key) or (of_task.own().get(key) if key.startswith("field-") else None)


def holds(row: dict[str, Any], looked: Looked) -> bool:
    """Whether one row holds. A field that is unknown does not."""
    field = field_of(str(row.get("field", "")))
    return field is not None and compared(field, row, field.found(looked))
