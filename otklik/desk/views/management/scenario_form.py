"""The form of a scenario: rows come and go by buttons of its own, and nothing is stored before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.desk.errors import DeskError
from otklik.desk.models import Employee
from otklik.desk.scenarios import logic, speaking
from otklik.desk.scenarios.checking import MOST_PER_HOUR, MOST_ROWS, Values
from otklik.desk.scenarios.conditions import Field, comparable, field_of, fields, typing
from otklik.desk.scenarios.conditions.operators import DAYS, FIELD, NOTHING, TWO, VALUES
from otklik.desk.scenarios.operations import OPERATIONS, Part
from otklik.desk.scenarios.triggers import TRIGGERS
from otklik.desk.scenarios.triggers import dates as reachable
from otklik.desk.scenarios.triggers import fields as changeable
from otklik.desk.views.access import whole
from otklik.desk.views.task_filters import Choice

UNITS: dict[str, tuple[str | Promise, int]] = {
    "minutes": (_("minutes"), 60),
    "hours": (_("hours"), 3600),
    "days": (_("days"), 24 * 3600),
    "seconds": (_("seconds"), 1),
}

# In seconds, where somebody asks for a time and has not said which.
USUAL_DELAY = 3600
# A part of the form in which something is at fault stands open.
OF_PART = {
    "event": ("event",),
    "conditions": ("conditions", "logic"),
    "queue": ("delay", "in_name_of", "most_per_hour"),
    "operations": ("operations",),
}


@dataclass(frozen=True)
class ConditionRow:
    number: int
    # Fields under their headings.
    groups: list[tuple[str, list[Choice]]]
    operators: list[Choice]
    # To choose from, one only or several; None: what is typed stands in `texts`, and nothing is asked where that is
    # empty.
    values: list[Choice] | None
    is_one: bool
    # A kind of `conditions.operators`, or `days`.
    typed: str
    texts: list[str]
    has_more: bool
    error: str
    # On the task on which the form is tried; None: it is not.
    held: bool | None = None


@dataclass(frozen=True)
class PartRow:
    part: Part
    # None: a text is typed.
    values: list[Choice] | None
    text: str
    error: str


@dataclass(frozen=True)
class OperationRow:
    number: int
    kinds: list[Choice]
    parts: list[PartRow]
    error: str


def empty(by: Employee) -> Values:
    return {
        "name": "", "description": "", "event": "left", "event_options": {}, "conditions": [], "logic": "", "delay": 0,
        "in_working_time": False, "of_assignees": False, "restarts": False, "still_holds": True, "is_quiet": False,
        "in_name_of": speaking.ACTOR if by.is_administrator else speaking.ROBOT,
        "most_per_hour": MOST_PER_HOUR, "operations": [{"kind": "complete", "value": ""}],
    }  # fmt: skip


def read(post: QueryDict) -> Values:
    """What stands in the form, complete or not."""
    conditions = [
        {
            "field": post.get(f"condition-{number}-field", ""),
            "operator": post.get(f"condition-{number}-operator", ""),
            "values": post.getlist(f"condition-{number}-value"),
        }
        for number in _order(post, "conditions", "condition")
    ]
    return {
        "name": post.get("name", ""),
        "description": post.get("description", ""),
        "event": post.get("event", ""),
        "event_options": _options(post),
        "conditions": [_fitting(row) for row in conditions],
        "logic": logic.renumbered(post.get("logic", ""), _order(post, "conditions", "condition")),
        "delay": 0 if post.get("when") == "now" else _seconds(post, "delay"),
        "in_working_time": post.get("in_working_time", "") in ("1", "company", "assignees"),
        "of_assignees": post.get("in_working_time") == "assignees",
        "restarts": bool(post.get("restarts")),
        "still_holds": bool(post.get("still_holds")),
        "is_quiet": bool(post.get("is_quiet")),
        "in_name_of": post.get("in_name_of", ""),
        "most_per_hour": whole(post.get("most_per_hour", str(MOST_PER_HOUR))),
        "operations": [_operation_in(post, number) for number in _order(post, "operations", "operation")],
    }


def _operation_in(post: QueryDict, number: int) -> dict[str, str]:
    kind = post.get(f"operation-{number}-kind", "")
    operation = OPERATIONS.get(kind)
    parts = operation.parts if operation else ()
    given = {part.key: post.getlist(f"operation-{number}-{part.key}") for part in parts}
    values = {part.key: "\n".join(given[part.key] if part.is_several else given[part.key][-1:]) for part in parts}
    return {"kind": kind, "value": "", **values}


def _options(post: QueryDict) -> Values:
    if post.get("event") == "field":
        return {"field": post.get("event_field", "")}
    if post.get("event") == "date":
        sign = -1 if post.get("offset_side") == "before" else 1
        return {"date": post.get("event_date", ""), "offset": sign * _seconds(post, "offset")}
    return {}


def _seconds(post: QueryDict, name: str) -> int:
    return whole(post.get(f"{name}_number")) * UNITS.get(post.get(f"{name}_unit", ""), ("", 60))[1]


def _order(post: QueryDict, name: str, row: str) -> list[int]:
    """Numbers of the rows, as they were dragged; each stands once."""
    count = min(whole(post.get(name)), MOST_ROWS)
    given = [whole(number) for number in post.getlist(f"{row}-order")]
    return (
        [number for number in given if 1 <= number <= count] if len(set(given)) == count else list(range(1, count + 1))
    )


def changed(values: Values, deed: str) -> Values:
    """The values after a button of the form: `add-condition`, `delete-condition-2`, `more-condition-2` for one more
    value, `up-operation-3`, …"""
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
        if part == "condition":
            line = logic.appended(line, len(rows))
    elif word == "delete" and 0 <= place < len(rows):
        rows.pop(place)
        if part == "condition":
            line = logic.without(line, place + 1)
    elif word == "more" and 0 <= place < len(rows):
        rows[place] = rows[place] | {"values": [*rows[place]["values"], ""]}
    elif word == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
        if part == "condition":
            order = list(range(1, len(rows) + 1))
            order[place - 1], order[place] = order[place], order[place - 1]
            line = logic.renumbered(line, order)
    return values | {key: rows, "logic": line}


def shown(
    values: Values, error: DeskError | None, *, is_later: bool = False, held: Mapping[str, bool] | None = None
) -> dict[str, Any]:
    """`is_later`: a time is asked for, though none is given yet. `held`: what each condition says of a task."""
    field = getattr(error, "field", "") if error else ""
    is_later = is_later or bool(values["delay"])
    number, unit = _in_unit(values["delay"] or USUAL_DELAY)
    offered = fields()
    return {
        "values": values,
        "events": _choices(((key, str(name)) for key, (name, _kinds) in TRIGGERS.items()), [values["event"]]),
        "options": _options_shown(values),
        "conditions": [
            _condition(row, place, offered, str(error) if field == f"conditions-{place}" else "", held or {})
            for place, row in enumerate(values["conditions"], start=1)
        ],
        "operations": [
            _operation(row, place, {field: str(error)}) for place, row in enumerate(values["operations"], start=1)
        ],
        "is_later": is_later,
        "delays": [("in_working_time", _whose_time(values))]
        + [(name, "1" if values[name] else "") for name in ("still_holds", "restarts")],
        "opened": {part: field.startswith(names) for part, names in OF_PART.items()},
        "delay_number": number,
        "units": _units(unit),
        "speakers": _choices(speaking.choices(), [values["in_name_of"]]),
        "usual_logic": logic.all_of(len(values["conditions"])),
        "error": error,
        "error_field": field,
    }


def _whose_time(values: Values) -> str:
    if not values["in_working_time"]:
        return ""
    return "assignees" if values["of_assignees"] else "company"


def _options_shown(values: Values) -> dict[str, Any]:
    """What the event asks beside."""
    given = values["event_options"]
    if values["event"] == "field":
        return {"fields": _choices(changeable(), [given.get("field")])}
    if values["event"] == "date":
        offset = int(given.get("offset", 0))
        number, unit = _in_unit(abs(offset))
        dates = _choices(reachable(), [given.get("date")])
        return {"dates": dates, "number": number, "units": _units(unit), "is_before": offset < 0}
    return {}


def _condition(
    row: dict[str, Any], number: int, all_fields: dict[str, Field], error: str, held: Mapping[str, bool]
) -> ConditionRow:
    field = all_fields.get(row["field"])
    operator = field.operators.get(row["operator"]) if field else None
    takes = operator.takes if operator else NOTHING
    offered = _offered(row["field"], field, takes, all_fields) if field else None
    texts = typing.shown(field, row["values"]) if field and offered is None else []
    boxes = {NOTHING: 0, TWO: 2, VALUES: max(1, len(texts))}.get(takes, 1) if offered is None else 0
    return ConditionRow(
        number,
        _in_groups(all_fields, row["field"]),
        _choices(((key, str(one.name)) for key, one in field.operators.items()), [row["operator"]]) if field else [],
        None if offered is None else _choices(offered, row["values"]),
        takes == FIELD,
        DAYS if takes == DAYS else field.kind if field else "",
        [*texts, "", ""][:boxes],
        takes == VALUES and offered is None,
        error,
        held.get(str(number)),
    )


def _offered(key: str, field: Field, takes: str, all_fields: dict[str, Field]) -> list[tuple[str, str]] | None:
    if takes == FIELD:
        return [(other, str(one.name)) for other, one in comparable(key, field, all_fields).items()]
    return field.choices() if field.choices and takes == VALUES else None


def _in_groups(all_fields: dict[str, Field], chosen: str) -> list[tuple[str, list[Choice]]]:
    groups: dict[str, list[Choice]] = {}
    for key, one in all_fields.items():
        groups.setdefault(str(one.group), []).append(Choice(key, str(one.name), key == chosen))
    return list(groups.items())


def _operation(row: dict[str, str], number: int, errors: Mapping[str, str]) -> OperationRow:
    place = f"operations-{number}"
    operation = OPERATIONS.get(row["kind"])
    parts = [
        PartRow(
            part,
            _choices(part.choices(), row.get(part.key, "").split("\n")) if part.choices else None,
            row.get(part.key, ""),
            errors.get(f"{place}-{part.key}", ""),
        )
        for part in (operation.parts if operation else ())
    ]
    kinds = _choices([("", "—"), *((key, str(one.name)) for key, one in OPERATIONS.items())], [row["kind"]])
    return OperationRow(number, kinds, parts, errors.get(place, ""))


def _units(chosen: str) -> list[Choice]:
    return _choices(((key, str(name)) for key, (name, _seconds) in UNITS.items()), [chosen])


def _fitting(row: dict[str, Any]) -> dict[str, Any]:
    """Another field has other operators, and a text is no id."""
    field = field_of(row["field"])
    if field is None or row["operator"] in field.operators:
        return row
    return row | {"operator": next(iter(field.operators)), "values": []}


def _in_unit(seconds: int) -> tuple[int, str]:
    """In the largest unit that says it exactly."""
    for unit in ("days", "hours", "minutes"):
        size = UNITS[unit][1]
        if seconds and seconds % size == 0:
            return seconds // size, unit
    return seconds, "minutes" if not seconds else "seconds"


def _choices(offered: Any, chosen: Any) -> list[Choice]:
    return [Choice(value, name, value in chosen) for value, name in offered]
