"""Changing the options of a kind (S11, S12), also when two administrators do it at once."""

from __future__ import annotations

from django.db import transaction

from otklik.desk.models import Employee
from otklik.integrations import changes
from otklik.integrations.models import KindOptions

Values = dict[str, bool | int]
NAMES = ("new_task_if_none_active", "on_behalf_of_employee", "earlier_lines")


def values_of(options: KindOptions) -> Values:
    return {name: getattr(options, name) for name in NAMES}


@transaction.atomic
def save(kind: str, given: Values, *, seen: Values | None, by: Employee) -> changes.Changes:
    """Sets what its author has changed of what he saw (None: what is there now). What others have changed meanwhile
    elsewhere stays, and is returned."""
    KindOptions.objects.get_or_create(kind=kind)
    options = KindOptions.objects.select_for_update().get(kind=kind)
    before = values_of(options)
    for name in NAMES:
        if given[name] != (seen or before)[name]:
            setattr(options, name, given[name])
    options.save(update_fields=list(NAMES))
    changes.note(changes.between(before, values_of(options)), kind=kind, by=by)
    return changes.between(seen or before, before)
