"""Whether a scenario makes sense, before it is stored: every fault has its place in the form, and a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.errors import Refused
from otklik.desk.scenarios import speaking
from otklik.desk.scenarios.conditions import field_of, typing
from otklik.desk.scenarios.logic import LogicError, parse
from otklik.desk.scenarios.operations import OPERATIONS, Part
from otklik.desk.scenarios.triggers import TRIGGERS, dates, fields, is_known_before
from otklik.lib.text import clean, clean_name

# By the names of a scenario's columns.
Values = dict[str, Any]
MOST_ROWS = 30
MOST_VALUES = 100
LONGEST_DELAY = 366 * 24 * 3600
MOST_PER_HOUR, MOST_BRAKE = 300, 100_000


def checked(values: Values) -> Values:
    """As they are stored. Raises Refused: its field is a part, or `conditions-2`, `operations-1` for a row."""
    name, description = clean_name(values["name"], 201), clean_name(values.get("description", ""), 501)
    if not name:
        raise Refused("name", _("Give the scenario a name."))
    for field, value, limit in (("name", name, 200), ("description", description, 500)):
        if len(value) > limit:
            raise Refused(field, _("At most %(limit)s characters fit here.") % {"limit": limit})
    if values["event"] not in TRIGGERS:
        raise Refused("event", _("Choose the event."))
    delay = values.get("delay", 0)
    if not 0 <= delay <= LONGEST_DELAY:
        raise Refused("delay", _("At most a year."))
    if values.get("in_name_of", "") not in [code for code, _name in speaking.choices()]:
        raise Refused("in_name_of", _("Choose in whose name it acts."))
    most = values.get("most_per_hour", MOST_PER_HOUR)
    if not 1 <= most <= MOST_BRAKE:
        raise Refused("most_per_hour", _("Write a number from 1 to %(limit)s.") % {"limit": MOST_BRAKE})
    conditions = [_condition(row, number) for number, row in enumerate(values.get("conditions", []), start=1)]
    operations = [_operation(row, number) for number, row in enumerate(values.get("operations", []), start=1)]
    if len(conditions) > MOST_ROWS or len(operations) > MOST_ROWS:
        raise Refused("operations", _("At most %(limit)s rows fit.") % {"limit": MOST_ROWS})
    if not operations:
        raise Refused("operations", _("Say what is to be done."))
    return {
        "name": name,
        "description": description,
        "event": values["event"],
        "event_options": _options(values["event"], values.get("event_options") or {}),
        "conditions": conditions,
        "logic": _logic(str(values.get("logic", "")), len(conditions)),
        "delay": delay,
        "in_working_time": bool(values.get("in_working_time")),
        "of_assignees": bool(values.get("of_assignees")),
        "restarts": bool(values.get("restarts")),
        "still_holds": bool(values.get("still_holds")),
        "is_quiet": bool(values.get("is_quiet")),
        "in_name_of": values.get("in_name_of", ""),
        "most_per_hour": most,
        "operations": operations,
    }


def _options(event: str, given: Values) -> Values:
    if event == "field":
        if given.get("field") not in [key for key, _name in fields()]:
            raise Refused("event", _("Choose the field."))
        return {"field": given["field"]}
    if event == "date":
        offset = given.get("offset", 0)
        if given.get("date") not in dict(dates()):
            raise Refused("event", _("Choose the date."))
        if not -LONGEST_DELAY <= offset <= LONGEST_DELAY:
            raise Refused("event", _("At most a year."))
        if offset < 0 and not is_known_before(given["date"]):
            raise Refused("event", _("Only a due date and dates of own fields are known before they come."))
        return {"date": given["date"], "offset": offset}
    return {}


def _condition(row: Any, number: int) -> dict[str, Any]:
    place = f"conditions-{number}"
    field = field_of(str(row.get("field", "")))
    if field is None:
        raise Refused(place, _("Choose what is asked."))
    operator = field.operators.get(str(row.get("operator", "")))
    if operator is None:
        raise Refused(place, _("Choose how it is compared."))
    given = [clean(str(value)).strip() for value in row.get("values", [])][:MOST_VALUES]
    try:
        values = typing.checked(row["field"], field, operator, [value for value in given if value])
    except Refused as error:
        raise Refused(place, str(error)) from error
    return {"field": row["field"], "operator": row["operator"], "values": values}


def _operation(row: Any, number: int) -> dict[str, str]:
    operation = OPERATIONS.get(str(row.get("kind", "")))
    place = f"operations-{number}"
    if operation is None:
        raise Refused(place, _("Choose what is to be done."))
    values = {part.key: _part(part, row.get(part.key, ""), f"{place}-{part.key}") for part in operation.parts}
    if operation.fault and (fault := operation.fault(values)):
        raise Refused(f"{place}-{fault.part}", fault.sentence)
    return {"kind": row["kind"], "value": "", **values}


def _part(part: Part, given: Any, place: str) -> str:
    value = clean(str(given)).strip()
    if part.choices is not None and part.is_several:
        offered = [choice for choice, _name in part.choices()]
        codes = value.split()
        if set(codes) - set(offered) or (part.is_required and not codes):
            raise Refused(place, _("%(name)s: choose from the list.") % {"name": part.name})
        return "\n".join(code for code in offered if code in codes)
    if part.choices is not None:
        if value not in [choice for choice, _name in part.choices()] and (value or part.is_required):
            raise Refused(place, _("%(name)s: choose one from the list.") % {"name": part.name})
    elif not value and part.is_required:
        raise Refused(place, _("%(name)s: this is needed.") % {"name": part.name})
    elif len(value) > part.limit:
        raise Refused(
            place, _("%(name)s: at most %(limit)s characters fit.") % {"name": part.name, "limit": part.limit}
        )
    return value


def _logic(line: str, count: int) -> str:
    line = " ".join(line.split())
    try:
        parse(line, count)
    except LogicError as error:
        raise Refused("logic", logic_fault(error, count)) from error
    return line


def logic_fault(error: LogicError, count: int) -> str:
    """What is wrong with a line of logic, and where, in the reader's language."""
    said = {
        "long": _("The line is too long: at most %(place)s characters fit."),
        "odd": _("Sign %(place)s: “%(said)s” means nothing here. Use numbers, AND, OR and brackets."),
        "unknown": _("Sign %(place)s: there is no condition %(said)s, only %(count)s of them."),
        "ended": _("Sign %(place)s: the line ends too early."),
        "unclosed": _("Sign %(place)s: this bracket is not closed."),
        "unexpected": _("Sign %(place)s: “%(said)s” does not belong here."),
    }
    return said[error.reason] % {"place": error.place, "said": error.said, "count": count}
