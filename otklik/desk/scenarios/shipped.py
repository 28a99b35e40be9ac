"""Scenarios that come with the product, switched off: the seed's own and a set for a support desk (§11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.models import Scenario, Status

MINUTE, DAY = 60, 24 * 3600


def left() -> list[dict[str, Any]]:
    """Their values, without those of whose names there is one already."""
    there = set(Scenario.objects.values_list("name", flat=True))
    return [values for values in _all() if values["name"] not in there]


def _all() -> list[dict[str, Any]]:
    completed, new, done = _statuses("completed"), _statuses("new"), _statuses("done")
    found = [
        _one(
            _("The client left: complete the task"), "left", [_asks("status", "is_not", completed)],
            [_does("complete")],
        ),
        _one(
            _("Not accepted for half an hour: remind of it"), "created", [_asks("status", "is", new)],
            [_does("note", _("Nobody has accepted this task for half an hour."))], delay=30 * MINUTE,
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
    return [values for values in found if all(row["values"] for row in values["conditions"])]


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


def _statuses(key: str) -> list[str]:
    return [str(pk) for pk in Status.objects.filter(key=key).order_by("pk").values_list("pk", flat=True)]
