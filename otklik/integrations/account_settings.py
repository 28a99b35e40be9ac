"""Changing an account's parameters (S07–S10), also when two administrators do it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions import people
from otklik.desk.models import ContactTemplate, Employee, Source, TaskTemplate
from otklik.integrations import changes
from otklik.integrations.forms import IntegrationParameters, parameters_of
from otklik.integrations.models import Connection

# As the form sends them: plain texts, the people sorted.
Values = dict[str, Any]


class ChangedMeanwhile(Exception):
    """Somebody else saved since the form was opened. `theirs`: the fields that he changed; `now`: all values."""

    def __init__(self, theirs: set[str], before: Values, now: Values) -> None:
        super().__init__()
        self.theirs, self.before, self.now = theirs, before, now

    @property
    def changes(self) -> changes.Changes:
        then, today = in_words(self.before), in_words(self.now)
        return {name: [then[name], today[name]] for name in today if name in self.theirs}


def values_of(connection: Connection) -> Values:
    shown = parameters_of(connection)
    return {name: sorted(value) if name == "people" else str(value) for name, value in shown.items()}


def in_words(values: Values) -> dict[str, changes.Value]:
    """The same for people to read, and to be kept: names as they are now."""
    chosen = set(values["people"])
    return {
        "name": values["name"],
        "email": values["email"],
        "task_template": _name(TaskTemplate, values["task_template"]),
        "contact_template": _name(ContactTemplate, values["contact_template"]),
        "people": ", ".join(name for key, name in people.choices(chosen) if key in chosen),
    }


def _name(model: Any, pk: str) -> str:
    return str(model.objects.filter(pk=pk).first() or _("gone")) if pk.isascii() and pk.isdigit() else ""


@transaction.atomic
def save(connection: Connection, form: IntegrationParameters, *, by: Employee, seen: Values | None) -> Connection:
    """Writes what the valid form says. `seen`: the values from which its author started; None: whatever is there now.
    Raises ChangedMeanwhile."""
    connection = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    before = values_of(connection)
    if seen is not None and (theirs := {name for name, value in before.items() if seen.get(name) != value}):
        raise ChangedMeanwhile(theirs, {**before, **seen}, before)

    given = form.cleaned_data
    connection.name = given["name"]
    connection.settings = {**connection.settings, "agent_email": given["email"]}
    connection.task_template = given["task_template"]
    connection.contact_template = given["contact_template"]
    connection.save(update_fields=["name", "settings", "task_template", "contact_template"])
    connection.employees.set(form.employees)
    connection.groups.set(form.groups)
    Source.objects.filter(pk=connection.source_id).update(name=connection.name)
    told = changes.between(in_words(before), in_words(values_of(connection)))
    changes.note(told, kind=connection.kind, by=by, connection=connection)
    return connection


def merged(given: Mapping[str, Any], conflict: ChangedMeanwhile) -> Values:
    """What its author typed; a field that he had left as it was takes the other's value."""
    mine = {name for name, value in conflict.before.items() if name in given and given[name] != value}
    return {name: given[name] if name in mine else value for name, value in conflict.now.items()}
