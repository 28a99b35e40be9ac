"""Scenarios are built, put in order, switched on and off (S17, §11)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.actions.indexing import latest
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, Scenario, ScenarioProgress, ScenarioRun
from otklik.desk.scenarios.conditions import FIELDS, MOST_TEXT
from otklik.desk.scenarios.logic import LogicError, parse
from otklik.desk.scenarios.operations import OPERATIONS
from otklik.desk.scenarios.triggers import TRIGGERS
from otklik.lib.text import clean, clean_name

Values = dict[str, Any]
PARTS = (
    "name",
    "description",
    "event",
    "conditions",
    "logic",
    "delay",
    "restarts",
    "still_holds",
    "is_quiet",
    "operations",
)
MOST = 200
MOST_ROWS = 30
MOST_VALUES = 100
LONGEST_DELAY = 366 * 24 * 3600


def values_of(scenario: Scenario) -> Values:
    return {part: getattr(scenario, part) for part in PARTS}


@transaction.atomic
def make(values: Values, *, by: Employee) -> Scenario:
    """A scenario at the end of the list, switched off. Raises NotAllowed, Refused."""
    _check_right(by)
    if Scenario.objects.count() >= MOST:
        raise Refused("name", _("At most %(limit)s scenarios fit.") % {"limit": MOST})
    scenario = Scenario(**checked(values), place=_last_place() + 1, changed_by=by)
    scenario.save()
    record("scenario_made", by=by, scenario=scenario.pk, name=scenario.name)
    return scenario


@transaction.atomic
def change(scenario: Scenario, values: Values, *, seen: Values, by: Employee) -> Scenario:
    """`seen`: the values when they were shown. Raises NotAllowed, Outdated, Refused."""
    scenario = _locked(scenario, by)
    now = values_of(scenario)
    if now != seen:
        others = {part: now[part] for part in PARTS if now[part] != seen.get(part)}
        raise Outdated(_("Somebody else changed this scenario meanwhile."), others)
    for part, value in checked(values).items():
        setattr(scenario, part, value)
    scenario.changed_by, scenario.changed_at = by, timezone.now()
    scenario.save()
    record("scenario_changed", by=by, scenario=scenario.pk, name=scenario.name)
    return scenario


@transaction.atomic
def switch(scenario: Scenario, *, on: bool, by: Employee) -> None:
    """What happened while none was on is past and fires nothing. What waits when one is switched off is cancelled."""
    scenario = _locked(scenario, by)
    if scenario.is_on == on:
        return
    if on:
        checked(values_of(scenario))
        if not Scenario.objects.filter(is_on=True).exists():
            ScenarioProgress.objects.update_or_create(pk=1, defaults={"event": latest()})
    else:
        waiting = ScenarioRun.objects.filter(scenario=scenario, state=ScenarioRun.State.WAITING)
        waiting.update(state=ScenarioRun.State.CANCELLED, done_at=timezone.now())
    scenario.is_on = on
    scenario.save(update_fields=["is_on"])
    record("scenario_switched", by=by, scenario=scenario.pk, name=scenario.name, on=on)


@transaction.atomic
def copy(scenario: Scenario, *, by: Employee) -> Scenario:
    scenario = _locked(scenario, by)
    name = _("%(name)s (copy)") % {"name": scenario.name[:180]}
    return make(values_of(scenario) | {"name": name}, by=by)


@transaction.atomic
def move(scenario: Scenario, *, up: bool, by: Employee) -> None:
    """One place up or down: they run in this order."""
    _locked(scenario, by)
    rows = list(Scenario.objects.select_for_update())
    here = [row.pk for row in rows].index(scenario.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows):
        Scenario.objects.filter(pk=row.pk).update(place=place)
    record("scenario_moved", by=by, scenario=scenario.pk, place=there)


@transaction.atomic
def delete(scenario: Scenario, *, by: Employee) -> None:
    """What waits by it is done no more."""
    scenario = _locked(scenario, by)
    gone, name = scenario.pk, scenario.name
    scenario.delete()
    record("scenario_deleted", by=by, scenario=gone, name=name)


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
        "conditions": conditions,
        "logic": _logic(str(values.get("logic", "")), len(conditions)),
        "delay": delay,
        "restarts": bool(values.get("restarts")),
        "still_holds": bool(values.get("still_holds")),
        "is_quiet": bool(values.get("is_quiet")),
        "operations": operations,
    }


def _condition(row: Any, number: int) -> dict[str, Any]:
    field = FIELDS.get(str(row.get("field", "")))
    if field is None:
        raise Refused(f"conditions-{number}", _("Choose what is asked."))
    if row.get("operator") not in field.operators:
        raise Refused(f"conditions-{number}", _("Choose how it is compared."))
    given = [clean(str(value)).strip() for value in row.get("values", [])][:MOST_VALUES]
    values = [value for value in given if value]
    if not values:
        raise Refused(f"conditions-{number}", _("Choose at least one value."))
    if field.choices is None and any(len(value) > MOST_TEXT for value in values):
        raise Refused(f"conditions-{number}", _("At most %(limit)s characters fit here.") % {"limit": MOST_TEXT})
    if field.choices is not None and set(values) - {value for value, _name in field.choices()}:
        raise Refused(f"conditions-{number}", _("One of these values is not there any more."))
    return {"field": row["field"], "operator": row["operator"], "values": values}


def _operation(row: Any, number: int) -> dict[str, str]:
    operation = OPERATIONS.get(str(row.get("kind", "")))
    if operation is None:
        raise Refused(f"operations-{number}", _("Choose what is to be done."))
    value = clean(str(row.get("value", ""))).strip()
    if operation.choices is None:
        if not value:
            raise Refused(f"operations-{number}", _("Write the text."))
        if len(value) > operation.limit:
            sentence = _("At most %(limit)s characters fit here.") % {"limit": operation.limit}
            raise Refused(f"operations-{number}", sentence)
    else:
        offered = [choice for choice, _name in operation.choices()]
        if offered and value not in offered:
            raise Refused(f"operations-{number}", _("Choose one from the list."))
        value = value if offered else ""
    return {"kind": row["kind"], "value": value}


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


def _check_right(by: Employee) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change scenarios."))


def _locked(scenario: Scenario, by: Employee) -> Scenario:
    _check_right(by)
    found = Scenario.objects.select_for_update(of=("self",)).filter(pk=scenario.pk).first()
    if found is None:
        raise Refused("name", _("This scenario is not there any more."))
    return found


def _last_place() -> int:
    last = Scenario.objects.order_by("-place").first()
    return last.place if last else -1
