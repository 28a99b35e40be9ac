from __future__ import annotations

import json
from dataclasses import dataclass

from django import template

from otklik.integrations import changes, decisions, kind_options, mapping
from otklik.integrations.forms import KindOptionsForm
from otklik.integrations.models import Connection, KindOptions

register = template.Library()


@dataclass(frozen=True)
class Options:
    """What the options of a kind show."""

    kind: str
    form: KindOptionsForm
    values: KindOptions
    # For the save, to tell what others change meanwhile.
    seen: str
    rows: list[decisions.Row]
    # Accounts with the names of those who have no chat user of their own.
    unmapped: list[tuple[Connection, str]]
    changes: list[changes.Line]


@register.simple_tag
def options_of(kind: str) -> Options:
    values = KindOptions.objects.filter(kind=kind).first() or KindOptions(kind=kind)
    form = KindOptionsForm(instance=values)
    labels = {name: str(field.label) for name, field in form.fields.items()}
    unmapped = []
    for connection in Connection.objects.present().filter(kind=kind).order_by("name"):
        names = [employee.name for employee in mapping.without_user(connection)]
        unmapped += [(connection, ", ".join(names))] if names else []
    seen = json.dumps(kind_options.values_of(values))
    return Options(kind, form, values, seen, decisions.rows(), unmapped, changes.of_kind(kind, labels))
