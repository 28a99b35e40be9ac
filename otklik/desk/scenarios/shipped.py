"""Scenarios that come with the product, switched off: the seed's own and a set for a support desk (§11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.desk.actions import company, scenarios
from otklik.desk.models import Employee, Scenario, Status
from otklik.desk.models.status import SYSTEM_NAMES

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def left() -> list[dict[str, Any]]:
    """Values of those that the account has not had yet, whatever they are called by now, in the reader's language; each
    with its key."""
    had = set(Scenario.everything.values_list("key", flat=True))
    return [values for values in _all() if values["key"] not in had]


def deleted() -> list[dict[str, Any]]:
    """Values of those that somebody deleted: they come again only when they are asked for."""
    there = set(Scenario.objects.values_list("key", flat=True))
    had = set(Scenario.everything.values_list("key", flat=True))
    return [values for values in _all() if values["key"] in had - there]


@transaction.atomic
def add(found: Sequence[Mapping[str, Any]], *, by: Employee) -> list[Scenario]:
    """Puts them at the end of the list, switched off. Raises NotAllowed, Refused."""
    return [scenarios.make(dict(values), by=by, key=values["key"]) for values in found]


def add_first(by: Employee) -> None:
    """What a new account begins with, in its own language."""
    with override(company.language()):
        add(left(), by=by)


def _all() -> list[dict[str, Any]]:
    completed, new, done = _statuses("completed"), _statuses("new"), _statuses("done")
    in_progress, asleep = _statuses("in_progress"), _statuses("waiting", "done", "delayed")
    by_client = _asks("last", "is", ["client"])
    found = [
        _one(
            "left", _("The client left: complete the task"), "left", [_asks("status", "is_not", completed)],
            [_does("complete")],
        ),
        _one(
            "not_accepted", _("Not accepted for half an hour: remind of it"), "created",
            [_asks("status", "is", new)],
            [_does("note", _("Nobody has accepted this task for half an hour.")) | {"notify": _owner()}],
            delay=30 * MINUTE,
        ),
        _one(
            "no_answer", _("Accepted, but no answer for a quarter of an hour: not accepted any more"), "accepted",
            [_asks("status", "is", in_progress), by_client], [_does("status", *new[:1])], delay=15 * MINUTE,
        ),
        _one(
            "answered", _("An employee answered: waiting for the client"), "comment",
            [
                _asks("status", "is", in_progress), _asks("comment_kind", "is", ["reply"]),
                _asks("comment_origin", "is", ["channel", "desk"]),
            ],
            [_does("status", *_statuses("waiting")[:1])],
        ),
        _one(
            "wrote_again", _("The client answered: in progress"), "comment",
            [_asks("status", "is", asleep), _asks("comment_kind", "is", ["client"])],
            [_does("status", *in_progress[:1])],
        ),
        _one(
            "two_hours", _("No answer for two hours: remind of it"), "comment",
            [_asks("status", "is", in_progress), by_client],
            [_does("note", _("The client has been waiting for two hours."))], delay=2 * HOUR, restarts=True,
        ),
        _one(
            "three_hours", _("No answer for three hours: ask the owner in"), "comment",
            [_asks("status", "is", in_progress), by_client],
            [
                _does("participant", _owner()),
                _does("note", _("The client has been waiting for three hours.")) | {"notify": _owner()},
            ],
            delay=3 * HOUR, restarts=True,
        ),
        _one(
            "long_done", _("Done for three days: complete the task"), "status", [_asks("status", "is", done)],
            [_does("complete")], delay=3 * DAY, restarts=True,
        ),
        _one(
            "command", _("The note #complete completes the task"), "comment",
            [_asks("comment", "contains", [_("#complete")]), _asks("comment_kind", "is", ["note"])],
            [_does("complete")],
        ),
    ]  # fmt: skip
    # A condition without values, where an account has taken the status out, cannot be built.
    whole = [values for values in found if all(row["values"] for row in values["conditions"])]
    return [values for values in whole if all(_can_be_done(row) for row in values["operations"])]


def _one(
    key: str, name: str, event: str, conditions: list[dict[str, Any]], operations: list[dict[str, str]], **more: Any
) -> dict[str, Any]:
    return {
        "key": key,
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
    """Of the standard set and of those that have such statuses besides; a set may have its own name for waiting."""
    wanted = Q(key__in=keys)
    if "waiting" in keys:
        wanted |= Q(own_name__iexact=str(SYSTEM_NAMES["waiting"]))
    rows = Status.objects.filter(wanted).order_by(Case(When(set__key="standard", then=0), default=1), "pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _owner() -> str:
    owner = Employee.objects.active().filter(role=Employee.AccountRole.OWNER).order_by("pk").first()
    return f"employee-{owner.pk}" if owner else ""
