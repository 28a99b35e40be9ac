"""Scenarios that come with the product, switched off: the seed's own and a set for a support desk (§11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.models import Employee, Scenario, Status

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def left() -> list[dict[str, Any]]:
    """Their values, without those of whose names there is one already."""
    there = set(Scenario.objects.values_list("name", flat=True))
    return [values for values in _all() if values["name"] not in there]


def _all() -> list[dict[str, Any]]:
    completed, new, done = _statuses("completed"), _statuses("new"), _statuses("done")
    in_progress, asleep = _statuses("in_progress"), _statuses("done", "delayed")
    by_client = _asks("last", "is", ["client"])
    found = [
        _one(
            _("The client left: complete the task"), "left", [_asks("status", "is_not", completed)],
            [_does("complete")],
        ),
        _one(
            _("Not accepted for half an hour: remind of it"), "created", [_asks("status", "is", new)],
            [_does("note", _("Nobody has accepted this task for half an hour.")) | {"notify": _owner()}],
            delay=30 * MINUTE,
        ),
        _one(
            _("Accepted, but no answer for a quarter of an hour: not accepted any more"), "accepted",
            [_asks("status", "is", in_progress), by_client], [_does("status", *new[:1])], delay=15 * MINUTE,
        ),
        _one(
            _("The client wrote again: in progress"), "comment",
            [_asks("status", "is", asleep), _asks("comment_kind", "is", ["client"])],
            [_does("status", *in_progress[:1])],
        ),
        _one(
            _("No answer for two hours: remind of it"), "comment", [_asks("status", "is", in_progress), by_client],
            [_does("note", _("The client has been waiting for two hours."))], delay=2 * HOUR, restarts=True,
        ),
        _one(
            _("No answer for three hours: ask the owner in"), "comment",
            [_asks("status", "is", in_progress), by_client],
            [
                _does("participant", _owner()),
                _does("note", _("The client has been waiting for three hours.")) | {"notify": _owner()},
            ],
            delay=3 * HOUR, restarts=True,
        ),
        _one(
            _("Done for three days: complete the task"), "status", [_asks("status", "is", done)], [_does("complete")],
            delay=3 * DAY, restarts=True,
        ),
        _one(
            _("The note #complete completes the task"), "comment",
            [_asks("comment", "contains", [_("#complete")]), _asks("comment_kind", "is", ["note"])],
            [_does("complete")],
        ),
    ]  # fmt: skip
    # A condition without values, where an account has taken the status out, cannot be built.
    whole = [values for values in found if all(row["values"] for row in values["conditions"])]
    return [values for values in whole if all(_can_be_done(row) for row in values["operations"])]


def _one(
    name: str, event: str, conditions: list[dict[str, Any]], operations: list[dict[str, str]], **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "event": event,
        "conditions": conditions,
        "operations": operations,
        "still_holds": True,
    } | more


def _asks(field: str, operator: str, values: list[str]) -> dict[str, Any]:
    return {"field": field, "operator": operator, "values": values}


def _does(kind: str, value: str = "") -> dict[str, str]:
    return {"kind": kind, "value": value}


def _can_be_done(row: dict[str, str]) -> bool:
    return row["kind"] == "complete" or bool(row["value"])


def _statuses(*keys: str) -> list[str]:
    return [str(pk) for pk in Status.objects.filter(key__in=keys).order_by("pk").values_list("pk", flat=True)]


def _owner() -> str:
    owner = Employee.objects.active().filter(role=Employee.AccountRole.OWNER).order_by("pk").first()
    return f"employee-{owner.pk}" if owner else ""
