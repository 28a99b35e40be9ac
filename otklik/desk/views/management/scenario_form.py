"""The form of a scenario: rows come and go by buttons of its own, and nothing is stored before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions.scenarios import MOST_ROWS, Values
from otklik.desk.errors import DeskError
from otklik.desk.scenarios import logic
from otklik.desk.scenarios.conditions import FIELDS, OPERATORS
from otklik.desk.scenarios.operations import OPERATIONS
from otklik.desk.scenarios.triggers import TRIGGERS
from otklik.desk.views.access import whole
from otklik.desk.views.task_filters import Choice

UNITS: dict[str, tuple[str | Promise, int]] = {
    "minutes": (_("minutes"), 60),
    "hours": (_("hours"), 3600),
    "days": (_("days"), 24 * 3600),
    "seconds": (_("seconds"), 1),
}


@dataclass(frozen=True)
class ConditionRow:
    number: int
    fields: list[Choice]
    operators: list[Choice]
    # None: a text is typed.
    values: list[Choice] | None
    text: str
    error: str


@dataclass(frozen=True)
class OperationRow:
    number: int
    kinds: list[Choice]
    values: list[Choice] | None
    is_text: bool
    text: str
    error: str


def empty() -> Values:
    return {
        "name": "", "description": "", "event": "left", "conditions": [], "logic": "", "delay": 0, "restarts": False,
        "still_holds": True, "is_quiet": False, "operations": [{"kind": "complete", "value": ""}],
    }  # fmt: skip


def read(post: QueryDict) -> Values:
    """What stands in the form, complete or not."""
    conditions = [
        {
            "field": post.get(f"condition-{number}-field", ""),
            "operator": post.get(f"condition-{number}-operator", ""),
            "values": post.getlist(f"condition-{number}-value"),
        }
        for number in _rows(post, "conditions")
    ]
    operations = [
        {"kind": post.get(f"operation-{number}-kind", ""), "value": post.get(f"operation-{number}-value", "")}
        for number in _rows(post, "operations")
    ]
    seconds = UNITS.get(post.get("delay_unit", ""), ("", 60))[1]
    return {
        "name": post.get("name", ""),
        "description": post.get("description", ""),
        "event": post.get("event", ""),
        "conditions": [_fitting(row) for row in conditions],
        "logic": post.get("logic", ""),
        "delay": whole(post.get("delay_number")) * seconds,
        "restarts": bool(post.get("restarts")),
        "still_holds": bool(post.get("still_holds")),
        "is_quiet": bool(post.get("is_quiet")),
        "operations": operations,
    }


def changed(values: Values, deed: str) -> Values:
    """The values after a button of the form: `add-condition`, `delete-condition-2`, `up-operation-3`, …"""
    word, _dash, rest = deed.partition("-")
    part, _dash, number = rest.partition("-")
    key = {"condition": "conditions", "operation": "operations"}.get(part)
    if key is None:
        return values
    rows, place = list(values[key]), whole(number) - 1
    line = values["logic"].strip()
    if word == "add" and len(rows) < MOST_ROWS:
        rows.append(
            {"field": "status", "operator": "is", "values": []} if part == "condition" else {"kind": "", "value": ""}
        )
        if part == "condition" and line:
            line = logic.appended(line, len(rows))
    elif word == "delete" and 0 <= place < len(rows):
        rows.pop(place)
        if part == "condition":
            line = logic.without(line, place + 1)
    elif word == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return values | {key: rows, "logic": line}


def shown(values: Values, error: DeskError | None) -> dict[str, Any]:
    field = getattr(error, "field", "") if error else ""
    number, unit = _delay(values["delay"])
    return {
        "values": values,
        "events": _choices(((key, str(name)) for key, (name, _kinds) in TRIGGERS.items()), [values["event"]]),
        "conditions": [
            _condition(row, place, str(error) if field == f"conditions-{place}" else "")
            for place, row in enumerate(values["conditions"], start=1)
        ],
        "operations": [
            _operation(row, place, str(error) if field == f"operations-{place}" else "")
            for place, row in enumerate(values["operations"], start=1)
        ],
        "delay_number": number,
        "units": _choices(((key, str(name)) for key, (name, _seconds) in UNITS.items()), [unit]),
        "usual_logic": logic.all_of(len(values["conditions"])),
        "error": error,
        "error_field": field,
    }


def _condition(row: dict[str, Any], number: int, error: str) -> ConditionRow:
    field = FIELDS.get(row["field"])
    offered = field.choices() if field and field.choices else None
    operators = field.operators if field else ()
    return ConditionRow(
        number,
        _choices(((key, str(one.name)) for key, one in FIELDS.items()), [row["field"]]),
        _choices(((key, str(OPERATORS[key])) for key in operators), [row["operator"]]),
        None if offered is None else _choices(offered, row["values"]),
        row["values"][0] if row["values"] and offered is None else "",
        error,
    )


def _operation(row: dict[str, str], number: int, error: str) -> OperationRow:
    operation = OPERATIONS.get(row["kind"])
    offered = operation.choices() if operation and operation.choices else None
    return OperationRow(
        number,
        _choices([("", "—"), *((key, str(one.name)) for key, one in OPERATIONS.items())], [row["kind"]]),
        _choices(offered, [row["value"]]) if offered else None,
        bool(operation and operation.choices is None),
        row["value"],
        error,
    )


def _fitting(row: dict[str, Any]) -> dict[str, Any]:
    """Another field has other operators, and a text is no id."""
    field = FIELDS.get(row["field"])
    if field is None or row["operator"] in field.operators:
        return row
    return row | {"operator": field.operators[0], "values": []}


def _rows(post: QueryDict, name: str) -> range:
    return range(1, min(whole(post.get(name)), MOST_ROWS) + 1)


def _delay(seconds: int) -> tuple[int, str]:
    """In the largest unit that says it exactly."""
    for unit in ("days", "hours", "minutes"):
        size = UNITS[unit][1]
        if seconds and seconds % size == 0:
            return seconds // size, unit
    return seconds, "minutes" if not seconds else "seconds"


def _choices(offered: Any, chosen: Any) -> list[Choice]:
    return [Choice(value, name, value in chosen) for value, name in offered]
